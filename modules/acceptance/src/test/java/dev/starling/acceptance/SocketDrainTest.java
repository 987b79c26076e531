/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.RawWebSocket;
import dev.starling.testkit.RawWebSocket.Frame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node that is told to end, with sockets open on every endpoint. */
class SocketDrainTest {
  @Test
  void everySocketIsClosedWith1001AndTheNodeEndsInGoodTime() {
    try (NodeProcess node = NodeProcess.start().awaitReady()) {
      List<RawWebSocket> sockets =
          SocketContract.PATHS.stream()
              .map(path ->
                  RawWebSocket.connect(path.equals("/") ? node.agentPort() : node.httpPort(), path))
              .toList();
      sockets.forEach(socket -> {
        socket.sendText("{\"type\":\"ping\"}");
        assertThat(socket.readText()).isEqualTo("{\"type\":\"pong\"}");
      });
      node.terminate();
      for (RawWebSocket socket : sockets) {
        Frame frame = socket.read();
        while (frame.type() != RawWebSocket.CLOSE) {
          frame = socket.read();
        }
        assertThat(frame.closeCode()).isEqualTo(1001);
        String reason =
            new String(frame.payload(), 2, frame.payload().length - 2, StandardCharsets.UTF_8);
        assertThat(reason).isEqualTo("going away");
        assertThat(socket.answerClose().isEnded()).isTrue();
        socket.close();
      }
      assertThat(node.exitCode(Duration.ofSeconds(15))).isZero();
    }
  }
}
