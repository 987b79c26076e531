/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.mesh.PhysicsMessage.Interact;
import dev.starling.protocol.mesh.PhysicsMessage.SessionEnded;
import dev.starling.protocol.mesh.PhysicsMessage.Watch;
import dev.starling.testkit.FrameClient;
import dev.starling.testkit.FrameClient.Node;
import dev.starling.testkit.LocalMesh;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the shortest paths in a client's frames begin. */
class PositionSourcesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final float NEVER = Float.POSITIVE_INFINITY;

  private TestGateway gateway;
  private ScriptedSimulator simulator;
  private int port;

  @BeforeEach
  void start() {
    gateway = new TestGateway("gateway", "router", "physics");
    ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
    simulator = new ScriptedSimulator(gateway.mesh());
    simulator.hub(0);
    port = LocalMesh.await(gateway.start(PositionFramesTest.config()).httpPort());
  }

  @AfterEach
  void stop() {
    simulator.close();
    gateway.close();
  }

  private FrameClient connect(String query) {
    return FrameClient.connect(port, query);
  }

  private List<Integer> sources() {
    List<Watch> heard = simulator.heard(Watch.class);
    return heard.isEmpty()
        ? List.of(-1)
        : Arrays.stream(heard.getLast().sources()).boxed().toList();
  }

  private void awaitSources(Integer... sources) {
    eventually("sources " + List.of(sources), PATIENCE, () -> sources().equals(List.of(sources)));
  }

  private static List<Node> nodes(FrameClient client, Predicate<List<Node>> wanted) {
    List<Node> nodes = client.nextNodes();
    for (int i = 0; i < 20 && !wanted.test(nodes); i++) {
      nodes = client.nextNodes();
    }
    assertThat(wanted.test(nodes)).as("%s", nodes).isTrue();
    return nodes;
  }

  private static Predicate<List<Node>> paths(float... distances) {
    return nodes -> {
      for (int i = 0; i < distances.length; i++) {
        if (nodes.get(i).distance() != distances[i]) {
          return false;
        }
      }
      return true;
    };
  }

  @Test
  void whoChoseNoNodeSeesTheHubsPathsOnceTheyAreKnown() {
    try (FrameClient client = connect("")) {
      awaitSources();
      simulator.sendNow(simulator.block(3, 1, false));
      assertThat(nodes(client, paths(0, NEVER, NEVER))).allMatch(node -> node.parent() == -1);
      simulator.paths(0, 1, new float[] {0, 1, 1.5f}, new int[] {-1, 0, 1});
      assertThat(nodes(client, paths(0, 1, 1.5f)).get(2).parent()).isEqualTo(1);
      simulator.paths(0, 0, new float[] {0, 9, 9}, new int[] {-1, 0, 1});
      assertThat(client.nextNodes().get(1).distance()).as("older paths").isEqualTo(1);
    }
  }

  @Test
  void clientsOfOneSourceShareItsFrames() {
    try (FrameClient one = connect("");
        FrameClient other = connect("");
        FrameClient third = connect("")) {
      one.interact("node_selected", 2);
      other.interact("node_selected", 2);
      awaitSources(2);
      simulator.paths(2, 1, new float[] {2, 1, 0}, new int[] {1, 2, -1});
      simulator.paths(0, 1, new float[] {0, 1, 2}, new int[] {-1, 0, 1});
      simulator.sendNow(simulator.block(3, 1, true));
      nodes(one, paths(2, 1, 0));
      nodes(other, paths(2, 1, 0));
      nodes(third, paths(0, 1, 2));
      long before = encodes();
      simulator.sendNow(simulator.block(3, 2, true));
      assertThat(encodes() - before).as("one for each source").isEqualTo(2);
      one.interact("node_deselected", 2);
      nodes(one, paths(0, 1, 2));
      other.interact("node_deselected", 2);
      awaitSources();
    }
  }

  private long encodes() {
    return gateway
        .metrics()
        .get("starling.gateway.frames.encode")
        .tag("protocol", "1")
        .timer()
        .count();
  }

  @Test
  void pathsThatNobodyWantedForAWhileAreThereWhenSomebodyDoesAgain() {
    try (FrameClient client = connect("")) {
      client.interact("node_selected", 2);
      awaitSources(2);
      simulator.paths(2, 1, new float[] {2, 1, 0}, new int[] {1, 2, -1});
      simulator.sendNow(simulator.block(3, 1, false));
      nodes(client, paths(2, 1, 0));
      client.interact("node_deselected", 2);
      awaitSources();
      nodes(client, paths(0, NEVER, NEVER));
      client.interact("node_selected", 2);
      nodes(client, paths(2, 1, 0));
    }
  }

  @Test
  void theLastNodeThatWasSelectedCounts() {
    try (FrameClient client = connect("")) {
      client.interact("node_selected", 1).interact("node_selected", 2);
      awaitSources(2);
      simulator.sendNow(simulator.block(3, 1, false));
      nodes(client, paths(NEVER, NEVER, 0));
    }
  }

  @Test
  void aSourceThatIsRefusedGivesWayToTheHubAndItsClientIsToldOnce() {
    simulator.refuse(1);
    simulator.refuse(77);
    try (FrameClient busy = connect("");
        FrameClient gone = connect("")) {
      awaitSources();
      simulator.sendNow(simulator.block(3, 1, false));
      busy.interact("node_selected", 1);
      assertThat(busy.text("\"error\"")).contains("SSSP_SOURCES_BUSY");
      gone.interact("node_selected", 77);
      assertThat(gone.text("\"error\"")).contains("NODE_NOT_FOUND");
      awaitSources();
      nodes(busy, paths(0, NEVER, NEVER));
      busy.next();
      assertThat(busy.texts()).noneMatch(text -> text.contains("SSSP_SOURCES_BUSY"));
    }
  }

  @Test
  void framesWithoutPathsTakeNoSource() {
    try (FrameClient third = connect("?protocol=3")) {
      awaitSources();
      third.interact("node_selected", 1).say("{\"type\":\"ping\"}");
      assertThat(third.text("pong")).isNotEmpty();
      eventually("it was asked", PATIENCE, () -> !simulator.heard(Interact.class).isEmpty());
      assertThat(simulator.heard(Watch.class)).allMatch(watch -> watch.sources().length == 0);
    }
  }

  @Test
  void theEndOfASessionThatDraggedIsSaidToTheSimulatorAndOfOthersIsNot() {
    try (FrameClient drags = connect("");
        FrameClient selects = connect("")) {
      selects.interact("node_selected", 1);
      drags.interact("node_drag_start", 1);
      eventually("both were heard", PATIENCE, () -> simulator.heard(Interact.class).size() == 2);
    }
    eventually("one ended", PATIENCE, () -> !simulator.heard(SessionEnded.class).isEmpty());
    eventually("all left", PATIENCE, () -> sources().isEmpty() && lastRate() == 0);
    Interact drag =
        simulator.heard(Interact.class).stream()
            .filter(asked -> asked.action().word().equals("node_drag_start"))
            .findFirst()
            .orElseThrow();
    assertThat(simulator.heard(SessionEnded.class))
        .containsExactly(new SessionEnded(drag.session()));
  }

  private int lastRate() {
    return simulator.heard(Watch.class).getLast().rate();
  }
}
