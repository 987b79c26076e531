/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.FrameClient.Node;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The node that moves the layout dies while clients of other gateways watch. */
class SimulatorKilledFailureTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration RESUMED = Duration.ofSeconds(5);
  private static final int KNOWLEDGE = 300;
  private static final String REST_LENGTH =
      "/api/settings/path?path=visualisation.physics.restLength";
  private static final String PAUSE =
      "/api/settings/path?path=visualisation.physics.autoPause.enabled";

  /** What a node of a calm layout may go in a frame, in units; a node is drawn some units wide. */
  private static final double STEP = 5;

  @Test
  void whoWatchesSeesAllNodesGoOnFromWhereTheyWere() {
    try (ThreeNodes mesh = new ThreeNodes()) {
      NodeProcess any = mesh.node(0);
      GraphDocument.replace(any, GraphDocument.ring(KNOWLEDGE));
      assertThat(any.put(REST_LENGTH, "{\"value\":25}").status()).isEqualTo(200);
      // So that frames come at the full rate all the time, however calm the layout is.
      assertThat(any.put(PAUSE, "{\"value\":false}").status()).isEqualTo(200);
      int leader = leader(mesh);
      List<Integer> others =
          IntStream.range(0, ThreeNodes.SIZE).filter(place -> place != leader).boxed().toList();
      talk(mesh, others);
      try (Watcher first = new Watcher(mesh.node(others.getFirst()).httpPort());
          Watcher second = new Watcher(mesh.node(others.getLast()).httpPort())) {
        first.drag("node_pin", "n7", 150, 20, -30);
        for (Watcher watcher : List.of(first, second)) {
          watcher.await("all nodes are there", frame -> frame.size() == KNOWLEDGE + 2);
          awaitCalm(watcher);
        }
        GraphDocument before = GraphDocument.of(mesh.node(others.getFirst()));
        assertThat(before.weight("agent-0", "agent-1")).isPositive();
        first.forget();
        second.forget();

        mesh.node(leader).kill();

        for (Watcher watcher : List.of(first, second)) {
          eventually(
              "frames stop and come again",
              SOON,
              () -> watcher.longestGap().compareTo(Duration.ofMillis(150)) > 0);
          watcher.awaitMore(60);
          Measured.note(
              "leader killed: no frame for %d ms, longest step %.2f units"
                  .formatted(watcher.longestGap().toMillis(), watcher.longestStep()));
          assertThat(watcher.longestGap()).isLessThan(RESUMED);
          assertThat(watcher.longestStep()).isLessThan(STEP);
          assertThat(watcher.last()).hasSize(KNOWLEDGE + 2);
          assertPinned(watcher.last(), before.ids());
        }
        assertKept(mesh, others, before);
        takesUpItsNode(mesh, others, before);
      }
    }
  }

  private static int leader(ThreeNodes mesh) {
    String leads = mesh.mesh(0).getJsonObject("leaders").getJsonObject("physics").getString("node");
    return IntStream.range(0, ThreeNodes.SIZE)
        .filter(place -> leads.equals(mesh.mesh(place).getString("node")))
        .findFirst()
        .orElseThrow();
  }

  /** Two agents on different gateways, one of which emits what the other hears. */
  private static void talk(ThreeNodes mesh, List<Integer> places) {
    QisClient emitter = mesh.agent(places.getFirst(), "agent-0", 0, 1);
    QisClient receiver = mesh.agent(places.getLast(), "agent-1", 1, 0);
    for (int i = 0; i < 20; i++) {
      emitter.emit("outcome " + i, 1, 0);
      receiver.next("incoming_outcome");
    }
    eventually(
        "what passed between them ties their nodes",
        SOON,
        () -> GraphDocument.of(mesh.node(places.getFirst())).weight("agent-0", "agent-1") > 0);
  }

  /**
   * Waits until nothing moves in 30 frames: where the layout still drifts, who takes over goes on
   * from where it was some frames ago, and that way would count as a step.
   */
  private static void awaitCalm(Watcher watcher) {
    eventually(
        "it is calm",
        SOON,
        () -> {
          watcher.forget();
          watcher.awaitMore(30);
          return watcher.longestStep() == 0;
        });
  }

  private static void assertPinned(Map<Integer, Node> frame, Map<String, Integer> ids) {
    Node pinned = Objects.requireNonNull(frame.get(ids.get("n7")));
    assertThat(List.of(pinned.x(), pinned.y(), pinned.z())).containsExactly(150f, 20f, -30f);
  }

  private static void assertKept(ThreeNodes mesh, List<Integer> places, GraphDocument before) {
    for (int place : places) {
      NodeProcess node = mesh.node(place);
      eventually(
          "the new leader answers through every gateway",
          SOON,
          () -> node.get("/api/graph/data").status() == 200);
      GraphDocument now = GraphDocument.of(node);
      assertThat(now.ids()).isEqualTo(before.ids());
      assertThat(now.weight("n1", "n2")).isEqualTo(1);
      assertThat(now.weight("agent-0", "agent-1")).isPositive();
      JsonObject setting = node.get(REST_LENGTH).json();
      assertThat(setting.getDouble("value")).isEqualTo(25);
    }
  }

  /** An agent that leaves is a node for a while longer, and that one again when it comes back. */
  private static void takesUpItsNode(ThreeNodes mesh, List<Integer> places, GraphDocument before) {
    mesh.leaveEmpty();
    assertThat(GraphDocument.of(mesh.node(places.getFirst())).ids()).containsKey("agent-1");
    QisClient _ = mesh.agent(places.getFirst(), "agent-1", 1, 0);
    assertThat(GraphDocument.of(mesh.node(places.getFirst())).ids()).isEqualTo(before.ids());
  }
}
