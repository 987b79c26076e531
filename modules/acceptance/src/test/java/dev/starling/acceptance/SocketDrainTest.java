/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.RawHttp;
import dev.starling.testkit.RawHttp.Answer;
import dev.starling.testkit.RawWebSocket;
import dev.starling.testkit.RawWebSocket.Frame;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A node that is told to end, with sockets open on every endpoint. */
class SocketDrainTest {
  private static final Duration SOON = Duration.ofSeconds(4);

  /** The sockets that are there keep the node from ending, since they do not answer its close. */
  private static void assertNewSocketsAreSentElsewhere(int port, String path) {
    AtomicReference<Answer> answer =
        new AtomicReference<>(RawHttp.upgrade(port, path, "Host: 127.0.0.1"));
    eventually(
        "a socket is refused",
        SOON,
        () -> {
          answer.set(RawHttp.upgrade(port, path, "Host: 127.0.0.1"));
          return answer.get().status() != 101;
        });
    assertThat(answer.get().status()).isEqualTo(503);
    assertThat(answer.get().header("retry-after")).contains("5");
    assertThat(answer.get().header("content-type")).contains("application/json");
    assertThat(answer.get().error().getString("code")).isEqualTo("UNAVAILABLE");
    assertThat(answer.get().error().getString("message")).contains("connect to another one");
  }

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
      for (String path : SocketContract.PATHS) {
        assertNewSocketsAreSentElsewhere(
            path.equals("/") ? node.agentPort() : node.httpPort(), path);
      }
      for (RawWebSocket socket : sockets) {
        Frame frame = socket.readClose();
        assertThat(frame.closeCode()).isEqualTo(1001);
        assertThat(frame.closeReason()).isEqualTo("going away");
        assertThat(socket.answerClose().isEnded()).isTrue();
        socket.close();
      }
      assertThat(node.exitCode(Duration.ofSeconds(15))).isZero();
    }
  }
}
