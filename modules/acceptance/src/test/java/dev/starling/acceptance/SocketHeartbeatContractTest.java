/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.RawWebSocket;
import dev.starling.testkit.RawWebSocket.Frame;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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

  /** A node's clock of silence goes in ticks, of which one counts for so much at most. */
  private static final long TICK_MILLIS = 200;

  /** What a silent peer was closed with, and how long after it began to connect. */
  private record Closed(int code, long millis) {}

  private static String guarded(String path) {
    return path + "?token=" + Tokens.of("somebody");
  }

  /** A peer that says nothing once it is connected; its end is waited for beside the test. */
  private CompletableFuture<Closed> silent(String path) {
    long start = System.nanoTime();
    RawWebSocket peer = raw(Door.GUARDED, guarded(path));
    return CompletableFuture.supplyAsync(
        () -> new Closed(peer.closeCode(), millisSince(start)), Thread::startVirtualThread);
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
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
    waitsForSeconds();
    FlowClient observer = console(Door.GUARDED);
    observer.subscribe("system_event");
    String id = fresh("stopped");
    String url = "ws://127.0.0.1:" + doors.port(Door.GUARDED, "/") + guarded("/");
    ScriptAgent stopped = closedAfterwards(ScriptAgent.python(url, id, 1, 0));
    presence(observer, "agent_joined", id);
    Map<String, CompletableFuture<Closed>> silent =
        PATHS.stream().collect(Collectors.toMap(Function.identity(), this::silent));
    long start = System.nanoTime();
    stopped.pause();
    liveOn(raw(Door.GUARDED, guarded("/ws/qis")), start);
    long most = TIMEOUT_MILLIS + INTERVAL_MILLIS + SLACK_MILLIS;
    silent.forEach((path, peer) -> {
      Closed closed = peer.join();
      assertThat(closed.code()).as(path).isEqualTo(1001);
      assertThat(closed.millis()).as(path).isBetween(TIMEOUT_MILLIS - TICK_MILLIS, most);
    });
    presence(observer, "agent_left", id);
    assertThat(millisSince(start)).isLessThan(most);
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
