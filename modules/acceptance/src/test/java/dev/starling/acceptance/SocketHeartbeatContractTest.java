/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.RawWebSocket;
import dev.starling.testkit.RawWebSocket.Frame;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How each side notices that the other one is gone. */
class SocketHeartbeatContractTest extends SocketContract {
  /** What {@link Door#GUARDED} has. */
  private static final long TIMEOUT_MILLIS = 4_000;

  /** A peer that is dead is seen with the next ping behind the time-out. */
  private static final long INTERVAL_MILLIS = 1_000;

  private static final long SLACK_MILLIS = 10_000;

  private static String guarded(String path) {
    return path + "?token=" + Tokens.of("somebody");
  }

  private static JsonObject presence(FlowClient observer, String event, String agent) {
    return observer
        .socket()
        .next(
            one -> event.equals(one.getString("event")) && one.encode().contains(agent),
            event + " of " + agent);
  }

  @Test
  void aDeadPeerIsClosedWithinTheTimeOutAndWhoGivesAnySignOfLifeIsNot() {
    FlowClient observer = console(Door.GUARDED);
    observer.subscribe("system_event");
    String id = fresh("stopped");
    String url = "ws://127.0.0.1:" + doors.port(Door.GUARDED, "/") + guarded("/");
    ScriptAgent stopped = closedAfterwards(ScriptAgent.python(url, id, 1, 0));
    presence(observer, "agent_joined", id);
    Map<String, RawWebSocket> silent =
        PATHS.stream()
            .collect(
                Collectors.toMap(Function.identity(), path -> raw(Door.GUARDED, guarded(path))));
    long start = System.nanoTime();
    stopped.pause();
    liveOn(raw(Door.GUARDED, guarded("/ws/qis")), start);
    for (Map.Entry<String, RawWebSocket> peer : silent.entrySet()) {
      assertThat(peer.getValue().closeCode()).as(peer.getKey()).isEqualTo(1001);
    }
    presence(observer, "agent_left", id);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    assertThat(millis).isLessThan(TIMEOUT_MILLIS + INTERVAL_MILLIS + SLACK_MILLIS);
    // It answered the pings of the server, as libraries do.
    observer.socket().settle();
  }

  /** Answers each ping of the server with another sign of life, for longer than the time-out. */
  private static void liveOn(RawWebSocket socket, long start) {
    List<byte[]> signs =
        List.of(
            RawWebSocket.frame(RawWebSocket.PONG, true, new byte[0]),
            RawWebSocket.frame(RawWebSocket.PING, true, new byte[] {1}),
            RawWebSocket.text("{\"type\":\"ping\"}"),
            RawWebSocket.frame(RawWebSocket.TEXT, false, new byte[] {'{'}));
    long end = start + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS + 2 * INTERVAL_MILLIS);
    int pings = 0;
    while (System.nanoTime() < end || pings < signs.size()) {
      Frame frame = socket.read();
      assertThat(frame.type()).isNotEqualTo(RawWebSocket.CLOSE);
      if (frame.type() == RawWebSocket.PING) {
        socket.send(pings < signs.size() ? signs.get(pings) : signs.getFirst());
        pings++;
      }
    }
  }
}
