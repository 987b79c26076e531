/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An MCP server from npm, as a program with its arguments, in the version that a folder of the
 * swarms module pins. {@code scripts/test} installs them. They run without a network where this
 * user may take it from them.
 */
public record NpmServer(String command, List<String> arguments) {
  private static final Path PACKAGES =
      Path.of("../swarms/src/test/npm").toAbsolutePath().normalize();

  /** Copies the list. */
  public NpmServer {
    arguments = List.copyOf(arguments);
  }

  /** The MCP project's reference server, over its standard input and output. */
  public static NpmServer everything() {
    return stdio(everythingScript(), "stdio");
  }

  /**
   * Starts the reference server over HTTP, at a port of loopback.
   *
   * @param folder where it works, and writes what it prints to {@code http.log}
   */
  public static Process everythingAt(int port, Path folder) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("node", everythingScript().toString(), "streamableHttp")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("http.log").toFile());
    builder.environment().put("PORT", String.valueOf(port));
    return builder.start();
  }

  private static Path everythingScript() {
    return installed("everything", "@modelcontextprotocol/server-everything/dist/index.js");
  }

  /** claude-flow as an MCP server, over its standard input and output. */
  public static NpmServer claudeFlow() {
    return stdio(installed("claude-flow", "claude-flow/bin/cli.js"), "mcp", "start");
  }

  /**
   * The same over its standard input and output, with all that it is sent written into a file too,
   * before it reads it; needs Bash.
   */
  public NpmServer heardIn(Path file) {
    List<String> all =
        new ArrayList<>(
            List.of("-c", "exec \"$@\" < <(exec tee -a \"$0\" 2>/dev/null)", file.toString()));
    all.add(command);
    all.addAll(arguments);
    return new NpmServer("bash", all);
  }

  private static NpmServer stdio(Path script, String... arguments) {
    List<String> all = new ArrayList<>();
    all.add(script.toString());
    all.addAll(List.of(arguments));
    if (!Unshared.IS_ALLOWED) {
      return new NpmServer("node", all);
    }
    all.addAll(0, List.of("--map-root-user", "--net", "node"));
    return new NpmServer("unshare", all);
  }

  private static Path installed(String folder, String file) {
    Path packages = PACKAGES.resolve(folder);
    Path path = packages.resolve("node_modules").resolve(file);
    if (!Files.isReadable(path)) {
      throw new AssertionError(
          "there is no " + path + ": run npm install in " + packages + ", as scripts/test does");
    }
    return path;
  }

  /** Whether this user may start processes in a network of their own, which has nothing in it. */
  private static final class Unshared {
    private static final boolean IS_ALLOWED = isAllowed();

    private static boolean isAllowed() {
      try {
        return new ProcessBuilder("unshare", "--map-root-user", "--net", "true").start().waitFor()
            == 0;
      } catch (IOException _) {
        return false;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
