/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Jars of agents for a node's folder, made as their authors make them; for tests. */
public final class AgentJar {
  private static final String SERVICES = "META-INF/services/dev.starling.agent.sdk.Agent";

  private AgentJar() {}

  /** Puts the room that a class was built in into a folder, as a jar. */
  public static void of(Class<?> built, Path folder) {
    try {
      Path room = Path.of(built.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path jar = folder.resolve(built.getSimpleName() + "-room.jar");
      if (Files.isDirectory(room)) {
        pack(room, jar);
      } else {
        Files.copy(room, jar);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Puts an agent that is one class into a folder, as a jar. */
  public static void single(Class<?> agent, Path folder) {
    String file = agent.getName().replace('.', '/') + ".class";
    try (OutputStream out = Files.newOutputStream(folder.resolve(agent.getSimpleName() + ".jar"));
        JarOutputStream jar = new JarOutputStream(out);
        InputStream compiled = agent.getResourceAsStream("/" + file)) {
      if (compiled == null) {
        throw new AssertionError("no " + file);
      }
      jar.putNextEntry(new JarEntry(file));
      compiled.transferTo(jar);
      jar.putNextEntry(new JarEntry(SERVICES));
      jar.write(agent.getName().getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Compiles an agent and puts it into a folder as a jar.
   *
   * @param name of the class, in the package {@code made}
   */
  public static void compiled(Path folder, String name, String source) {
    Path work = folder.resolve("." + name);
    try {
      Path file = Files.createDirectories(work.resolve("src/made")).resolve(name + ".java");
      Files.writeString(file, source);
      Path classes = Files.createDirectories(work.resolve("classes"));
      int code =
          ToolProvider.getSystemJavaCompiler()
              .run(
                  null,
                  null,
                  null,
                  "-d",
                  classes.toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  file.toString());
      if (code != 0) {
        throw new AssertionError("the agent does not compile");
      }
      Path services = classes.resolve(SERVICES);
      Files.createDirectories(services.getParent());
      Files.writeString(services, "made." + name + "\n");
      pack(classes, folder.resolve(name + ".jar"));
      remove(work);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Path work) throws IOException {
    List<Path> inside;
    try (Stream<Path> all = Files.walk(work)) {
      inside = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path one : inside) {
      Files.delete(one);
    }
  }

  /** Puts a jar into a folder that names an agent which it does not have. */
  public static void broken(Path folder, String name) {
    try (OutputStream out = Files.newOutputStream(folder.resolve(name));
        JarOutputStream jar = new JarOutputStream(out)) {
      jar.putNextEntry(new JarEntry(SERVICES));
      jar.write("made.Nowhere\n".getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pack(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(from)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(to))) {
      for (Path file : files) {
        jar.putNextEntry(new JarEntry(from.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, jar);
        jar.closeEntry();
      }
    }
  }
}
