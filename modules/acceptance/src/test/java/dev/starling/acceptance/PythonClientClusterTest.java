/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The published Python client on a mesh of two nodes, of which its tests kill the first. */
class PythonClientClusterTest {
  private static final Pattern RAN = Pattern.compile("(?m)^Ran (\\d+) tests in");

  @TempDir private Path folder;

  @Test
  void shouldRunThePythonClientsTestsOnRealNodes() throws Exception {
    Path secret =
        Files.writeString(folder.resolve("secret.yaml"), "auth: {secret: " + Tokens.SECRET + "}");
    List<NodeProcess> nodes =
        NodeProcess.mesh(2, "--config", secret.toString(), "--set", "auth.required=true");
    try {
      Process tests = start(nodes.getFirst(), nodes.getLast());
      String printed = new String(tests.getInputStream().readAllBytes(), UTF_8);
      assertThat(tests.waitFor()).as(printed).isZero();
      Matcher ran = RAN.matcher(printed);
      assertThat(ran.find()).as(printed).isTrue();
      assertThat(Integer.parseInt(ran.group(1))).as(printed).isEqualTo(9);
    } finally {
      nodes.forEach(NodeProcess::close);
    }
  }

  private static Process start(NodeProcess first, NodeProcess second) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ScriptAgent.python(),
            "-m",
            "unittest",
            "-v",
            "on_nodes.TwoGatewaysTest",
            "on_nodes.LostGatewayTest");
    builder.directory(tests().toFile()).redirectErrorStream(true);
    builder.environment().put("STARLING_URLS", url(first) + " " + url(second));
    builder.environment().put("STARLING_HTTP", "http://127.0.0.1:" + second.httpPort());
    builder.environment().put("STARLING_SECRET", Tokens.SECRET);
    builder.environment().put("STARLING_PID", Long.toString(first.pid()));
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    return builder.start();
  }

  private static String url(NodeProcess node) {
    return "ws://127.0.0.1:" + node.agentPort();
  }

  private static Path tests() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("modules/client-python/tests"))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new AssertionError("no modules/client-python above " + Path.of("").toAbsolutePath());
      }
      folder = parent;
    }
    return folder.resolve("modules/client-python/tests");
  }
}
