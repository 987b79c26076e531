/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** The example agents as a jar, made of their sources as somebody outside would make it. */
final class ExampleAgents {
  /** A kind that the jar has. */
  static final String KIND = "text-statistics";

  private static final Path MAIN = Path.of("..", "agent-examples", "src", "main");

  private ExampleAgents() {}

  /** A folder with the jar, in {@code folder}. */
  static Path in(Path folder) throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    compile(classes);
    Path jars = Files.createDirectories(folder.resolve("agents"));
    try (OutputStream file = Files.newOutputStream(jars.resolve("examples.jar"));
        JarOutputStream jar = new JarOutputStream(file)) {
      add(jar, classes);
      add(jar, MAIN.resolve("resources"));
    }
    return jars;
  }

  private static void compile(Path classes) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("-nowarn", "-proc:none", "-d", classes.toString(), "-cp"));
    arguments.add(System.getProperty("java.class.path"));
    try (Stream<Path> sources = Files.walk(MAIN.resolve("java"))) {
      sources.map(Path::toString).filter(one -> one.endsWith(".java")).forEach(arguments::add);
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler.run(null, null, null, arguments.toArray(String[]::new)) != 0) {
      throw new AssertionError("the example agents do not compile");
    }
  }

  private static void add(JarOutputStream jar, Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        jar.putNextEntry(new JarEntry(folder.relativize(file).toString()));
        Files.copy(file, jar);
        jar.closeEntry();
      }
    }
  }
}
