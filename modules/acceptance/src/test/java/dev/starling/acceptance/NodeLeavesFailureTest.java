/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawWebSocket;
import dev.starling.testkit.RawWebSocket.Frame;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One of three nodes is told to end (SIGTERM). */
class NodeLeavesFailureTest {
  private static final int LEAVING = 2;
  private static final List<Integer> STAYING = List.of(0, 1);
  private static final Duration DRAIN = Duration.ofSeconds(10);
  private static final Duration GONE = Duration.ofSeconds(2);

  @Test
  void shouldSayGoodbyeAndLeaveNothingBehind() throws Exception {
    try (ThreeNodes mesh = new ThreeNodes();
        TopicLoad load = new TopicLoad(mesh, STAYING).start()) {
      QisClient idle = mesh.connect(LEAVING);
      List<QisClient> watchers = STAYING.stream().map(mesh::watcher).toList();
      List<RawWebSocket> consoles =
          SocketContract.PATHS.stream()
              .filter(path -> !path.equals("/"))
              .map(path -> RawWebSocket.connect(mesh.node(LEAVING).httpPort(), path))
              .toList();
      List<String> leaving =
          IntStream.range(0, TopicLoad.TOPICS)
              .mapToObj(topic -> TopicLoad.receiver(topic, LEAVING))
              .toList();
      load.awaitReplies(100);
      long told = System.nanoTime();
      mesh.node(LEAVING).terminate();
      for (int topic = 0; topic < TopicLoad.TOPICS; topic++) {
        assertThat(load.receiverClient(topic, LEAVING).closeCode()).isEqualTo(1001);
      }
      assertThat(idle.closeCode()).isEqualTo(1001);
      for (RawWebSocket console : consoles) {
        Frame close = console.readClose();
        assertThat(close.closeCode()).isEqualTo(1001);
        assertThat(close.closeReason()).isEqualTo("going away");
        console.answerClose().close();
      }
      assertThat(mesh.node(LEAVING).exitCode(DRAIN)).isZero();
      Measured.note("SIGTERM: ended after " + since(told).toMillis() + " ms");
      assertThat(since(told)).isLessThan(DRAIN);
      ThreeNodes.soon(
          "the survivors see two nodes",
          GONE,
          () -> STAYING.stream().allMatch(place -> hasForgotten(mesh, place)));
      leaving.forEach(agentId ->
          watchers.forEach(watcher -> ThreeNodes.presence(watcher, "agent_left", agentId)));
      load.awaitReplies(100);
      load.stop();

      load.assertNoErrors();
      STAYING.forEach(load::assertDeliveredOnce);
      Duration named = Duration.ofNanos(load.lastNamed(leaving) - told);
      Measured.note("SIGTERM: the last ack that names its agents came after " + named.toMillis());
      assertThat(named).isLessThan(GONE);
      load.latencies("acks while it left", told, Long.MAX_VALUE).report();
      STAYING.forEach(
          place -> assertThat(mesh.agentsListedBy(place)).doesNotContainAnyElementsOf(leaving));
    }
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private static boolean hasForgotten(ThreeNodes mesh, int place) {
    JsonObject seen = mesh.mesh(place);
    return seen.getJsonArray("nodes").size() == 2
        && seen.getJsonObject("totals").getInteger("agents") == TopicLoad.TOPICS * 3;
  }
}
