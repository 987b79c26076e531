/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import dev.starling.agent.examples.TextStatistics;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** The agents of the example module, in a folder as {@code agents.dir} names one. */
final class ExampleAgents {
  private ExampleAgents() {}

  /** Makes the folder in another one; a build that has made no jar yet has their classes. */
  static Path in(Path folder) throws IOException {
    Path jars = Files.createDirectory(folder.resolve("agents"));
    Path jar = jars.resolve("agent-examples.jar");
    Path built = built();
    if (Files.isDirectory(built)) {
      pack(built, jar);
    } else {
      Files.copy(built, jar);
    }
    return jars;
  }

  private static Path built() {
    try {
      return Path.of(
          TextStatistics.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> all = Files.walk(classes)) {
      for (Path one : all.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(one).toString().replace('\\', '/')));
        Files.copy(one, out);
      }
    }
  }
}
