/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.socket.ReassemblyBudget;
import dev.starling.testkit.RawWebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that send large messages and never finish them, on real sockets of two event loops. */
class UnfinishedMessagesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int LARGE = 1_000_000;
  private static final int ROOM = 3_500_000;

  private final TestGateway gateway = new TestGateway();
  private final ReassemblyBudget unfinished = new ReassemblyBudget(ROOM);
  private final List<Integer> ports = List.of(port(), port());

  private int port() {
    return gateway.listen(Endpoint.QIS, unfinished, socket -> {}).port();
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static byte[] fragment() {
    return RawWebSocket.frame(RawWebSocket.TEXT, false, new byte[LARGE]);
  }

  private static byte[] partOfAFrame() {
    return Arrays.copyOf(RawWebSocket.frame(RawWebSocket.TEXT, true, new byte[LARGE]), LARGE);
  }

  private static void ping(RawWebSocket socket) {
    socket.sendText("{\"type\":\"ping\"}");
    assertThat(socket.readText()).isEqualTo("{\"type\":\"pong\"}");
  }

  private double evicted() {
    return gateway.count("starling.gateway.drops", "cause", "unfinished");
  }

  private void hold(byte[] part) {
    List<RawWebSocket> holders = new ArrayList<>();
    try (RawWebSocket calm = RawWebSocket.connect(ports.getFirst(), "/")) {
      for (int i = 0; i < 12; i++) {
        RawWebSocket holder = RawWebSocket.connect(ports.get(i % 2), "/");
        holders.add(holder);
        holder.send(part);
        int sent = i + 1;
        eventually(
            "it came, and the oldest went",
            PATIENCE,
            () -> evicted() == Math.max(0, sent - 3) && unfinished.held() > LARGE / 2);
        assertThat(unfinished.held()).isLessThanOrEqualTo(ROOM);
        ping(calm);
      }
      for (RawWebSocket gone : holders.subList(0, 9)) {
        RawWebSocket.Frame close = gone.readClose();
        assertThat(close.closeCode()).isEqualTo(1001);
        assertThat(close.closeReason()).contains("unfinished messages");
      }
      assertThat(gateway.count("starling.gateway.closed", "code", "1001")).isEqualTo(9);
    } finally {
      holders.forEach(RawWebSocket::close);
    }
    eventually("all is given back", PATIENCE, () -> unfinished.held() == 0);
  }

  @Test
  void fragmentsOfManySocketsKeepToWhatIsForAllTogether() {
    hold(fragment());
  }

  @Test
  void partsOfFramesOfManySocketsKeepToWhatIsForAllTogether() {
    hold(partOfAFrame());
  }

  @Test
  void whoFinishesItsMessageIsServedWhateverOthersHold() {
    try (RawWebSocket stuck = RawWebSocket.connect(ports.getFirst(), "/");
        RawWebSocket sender = RawWebSocket.connect(ports.getLast(), "/")) {
      stuck.send(fragment());
      String large = "{\"type\":\"ping\",\"pad\":\"" + "x".repeat(LARGE) + "\"}";
      for (int i = 0; i < 10; i++) {
        sender.sendText(large);
        assertThat(sender.readText()).contains("pong");
      }
      assertThat(evicted()).isZero();
      stuck.send(RawWebSocket.frame(RawWebSocket.CONTINUATION, true, new byte[0]));
      assertThat(stuck.readText()).contains("INVALID_JSON");
    }
  }
}
