/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Servers from npm, in the versions that each folder pins. {@code scripts/test} installs them. They
 * run without a network where this user may take it from them.
 */
final class Npm {
  private static final Path PACKAGES = Path.of("src/test/npm").toAbsolutePath();

  private Npm() {}

  /** The MCP project's reference server, over its standard input and output. */
  static SwarmEndpoint.Stdio everything(Path folder) {
    return stdio(everythingScript(), folder, "stdio");
  }

  /** The program of the reference server. */
  static Path everythingScript() {
    return installed("everything", "@modelcontextprotocol/server-everything/dist/index.js");
  }

  /** claude-flow as an MCP server, over its standard input and output. */
  static SwarmEndpoint.Stdio claudeFlow(Path folder) {
    return stdio(installed("claude-flow", "claude-flow/bin/cli.js"), folder, "mcp", "start");
  }

  private static SwarmEndpoint.Stdio stdio(Path script, Path folder, String... arguments) {
    List<String> all = new ArrayList<>();
    all.add(script.toString());
    all.addAll(List.of(arguments));
    if (!Unshared.IS_ALLOWED) {
      return new SwarmEndpoint.Stdio("node", all, folder, Map.of());
    }
    all.addAll(0, List.of("--map-root-user", "--net", "node"));
    return new SwarmEndpoint.Stdio("unshare", all, folder, Map.of());
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
