/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The flags of a node's JVM, as {@code scripts/starling up} has them: asked of the script, once, so
 * that what is tested is what people start. Thread-safe.
 */
final class NodeFlags {
  private static final Path SCRIPT = Path.of("scripts", "lib", "build.sh");
  private static final List<String> SHIPPED = ask();

  private NodeFlags() {}

  /** One word each. */
  static List<String> shipped() {
    return SHIPPED;
  }

  private static List<String> ask() {
    ProcessBuilder shell =
        new ProcessBuilder("sh", "-c", ". \"$0\" && node_flags", script().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    // The test's own JVM may be started with others.
    shell.environment().remove("STARLING_JAVA_OPTS");
    try {
      Process process = shell.start();
      String flags = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0 || flags.isBlank()) {
        throw new IllegalStateException(SCRIPT + " told no flags of a node: " + flags);
      }
      return List.of(flags.strip().split("\\s+"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Tests run in the folder of their module. */
  private static Path script() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(folder.resolve(SCRIPT))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("no " + SCRIPT + " in any folder above the test's");
      }
    }
    return folder.resolve(SCRIPT);
  }
}
