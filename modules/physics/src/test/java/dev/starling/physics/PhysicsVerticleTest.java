/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import static dev.starling.physics.Simulators.ask;
import static dev.starling.physics.Simulators.awaitLeader;
import static dev.starling.physics.Simulators.interact;
import static dev.starling.physics.Simulators.keepWatching;
import static dev.starling.physics.Simulators.line;
import static dev.starling.physics.Simulators.put;
import static dev.starling.physics.Simulators.version;
import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.NodeAction;
import dev.starling.protocol.flow.NodeRef;
import dev.starling.protocol.flow.Position;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.frame.PathColumns;
import dev.starling.protocol.mesh.PhysicsMessage.GraphChange;
import dev.starling.protocol.mesh.PhysicsMessage.Interacted;
import dev.starling.protocol.mesh.PhysicsMessage.Path;
import dev.starling.protocol.mesh.PhysicsMessage.PathQuery;
import dev.starling.protocol.mesh.PhysicsMessage.SessionEnded;
import dev.starling.protocol.mesh.PhysicsMessage.Watch;
import dev.starling.protocol.mesh.PhysicsMessage.Watching;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The role on real meshes, of one node and of two, with gateways played by the test. */
class PhysicsVerticleTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int[] NO_SOURCES = {};

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final List<Mesh> meshes = new ArrayList<>();

  @AfterEach
  void leave() {
    meshes.forEach(mesh -> LocalMesh.await(mesh.leave()));
  }

  private Mesh alone() {
    Mesh mesh = LocalMesh.alone(registry, "physics", "gateway");
    meshes.add(mesh);
    return mesh;
  }

  private PhysicsVerticle deploy(Mesh mesh, int maxSources) {
    PhysicsVerticle verticle =
        new PhysicsVerticle(mesh, Simulators.config(maxSources, null), registry);
    LocalMesh.await(mesh.vertx().deployVerticle(verticle));
    return verticle;
  }

  /** The gateway of a mesh whose simulator leads so many nodes, each tied to the next. */
  private ScriptedGateway gatewayOfLine(Mesh mesh, int maxSources, int nodes) {
    ScriptedGateway gateway = new ScriptedGateway(mesh);
    deploy(mesh, maxSources);
    awaitLeader(mesh, mesh);
    put(mesh, mesh, GraphChange.REPLACE, line(nodes));
    return gateway;
  }

  private static int row(LayoutBlock block, int slot) {
    return IntStream.range(0, block.count())
        .filter(i -> block.slot(i) == slot)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whoWatchesGetsBlocksUntilTheLayoutRestsAndThePathsFromTheHub() {
    Mesh mesh = alone();
    ScriptedGateway gateway = gatewayOfLine(mesh, 16, 30);

    Watching watching = ask(mesh, mesh, new Watch(mesh.nodeId(), 60, NO_SOURCES));

    assertThat(watching.refused()).isEmpty();
    eventually("blocks come", PATIENCE, () -> gateway.blocks.size() > 30);
    assertThat(gateway.last().count()).isEqualTo(30);
    eventually("paths come", PATIENCE, () -> !gateway.paths.isEmpty());
    keepWatching(mesh, NO_SOURCES);
    eventually("it rests", PATIENCE, () -> !gateway.last().isMoving());
    int atRest = gateway.blocks.size();
    assertThat(gateway.last().velocities()).containsOnly(0);
    eventually(
        "clients hear of it",
        PATIENCE,
        () -> gateway.events.stream().anyMatch(event -> event.contains("\"converged\":true")));
    assertThat(gateway.blocks.size()).isEqualTo(atRest);
  }

  @Test
  void shortestPathsComeFromWhereSomebodyWatchesAndFollowTheGraph() {
    Mesh mesh = alone();
    ScriptedGateway gateway = gatewayOfLine(mesh, 16, 10);
    int slot = ask(mesh, mesh, interact(NodeAction.NODE_SELECTED, "n9", null)).slot();

    keepWatching(mesh, new int[] {slot});

    eventually("paths from n9 come", PATIENCE, () -> gateway.paths.containsKey(slot));
    PathColumns paths = gateway.path(slot);
    int first = ask(mesh, mesh, interact(NodeAction.NODE_DESELECTED, "n0", null)).slot();
    assertThat(paths.distance(first)).isEqualTo(4.5f);
    assertThat(paths.distance(slot)).isZero();
    assertThat(paths.parent(slot)).isEqualTo(-1);
    put(
        mesh,
        mesh,
        GraphChange.MERGE,
        "{\"edges\":[{\"source\":\"n9\",\"target\":\"n0\",\"weight\":4}]}");
    eventually(
        "the shortcut is taken", PATIENCE, () -> gateway.path(slot).distance(first) == 0.25f);
    put(mesh, mesh, GraphChange.REMOVE, "{\"edges\":[[\"n9\",\"n0\"],[\"n4\",\"n5\"]]}");
    eventually(
        "no path leads there",
        PATIENCE,
        () -> Float.isInfinite(gateway.path(slot).distance(first)));
    assertThat(gateway.path(slot).parent(first)).isEqualTo(-1);
    Path path = ask(mesh, mesh, new PathQuery(new NodeRef.Key("n9"), new NodeRef.Key("n6"), 2));
    assertThat(path.distance()).isEqualTo(1.5f);
    assertThat(path.slots()).hasSize(4).startsWith(slot);
    JsonArray named = new JsonArray(path.nodes().toString());
    assertThat(named).hasSize(2);
    assertThat(named.getJsonObject(0).getInteger("id")).isEqualTo(slot);
    assertThat(named.getJsonObject(0).getString("key")).isEqualTo("n9");
    assertThat(named.getJsonObject(1).getString("key")).isEqualTo("n8");
  }

  @Test
  void whoComesBackToWatchIsToldThePathsAgain() {
    Mesh mesh = alone();
    ScriptedGateway gateway = gatewayOfLine(mesh, 16, 10);
    Watch watch = new Watch(mesh.nodeId(), 60, new int[] {9});
    ask(mesh, mesh, watch);
    eventually("paths come", PATIENCE, () -> gateway.paths.containsKey(9));

    ask(mesh, mesh, new Watch(mesh.nodeId(), 0, NO_SOURCES));
    eventually(
        "nobody watches",
        PATIENCE,
        () -> registry.get("starling.physics.watchers").gauge().value() == 0);
    gateway.paths.clear();
    ask(mesh, mesh, watch);

    eventually("paths come again", PATIENCE, () -> gateway.paths.containsKey(9));
  }

  @Test
  void anEmptiedGraphIsToldOf() {
    Mesh mesh = alone();
    ScriptedGateway gateway = gatewayOfLine(mesh, 16, 10);
    keepWatching(mesh, NO_SOURCES);
    eventually("nodes come", PATIENCE, () -> gateway.last().count() == 10);

    put(mesh, mesh, GraphChange.REPLACE, "{\"nodes\":[]}");

    eventually("they are gone", PATIENCE, () -> gateway.last().count() == 0);
  }

  @Test
  void moreSourcesThanAllowedAreRefused() {
    Mesh mesh = alone();
    gatewayOfLine(mesh, 2, 5);
    ask(mesh, mesh, interact(NodeAction.NODE_SELECTED, "n0", null));
    ask(mesh, mesh, interact(NodeAction.NODE_SELECTED, "n1", null));

    assertThatThrownBy(() -> ask(mesh, mesh, interact(NodeAction.NODE_SELECTED, "n2", null)))
        .rootCause()
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.SSSP_SOURCES_BUSY));
    ask(mesh, mesh, interact(NodeAction.NODE_SELECTED, "n1", null));
    Watching watching = ask(mesh, mesh, new Watch(mesh.nodeId(), 60, new int[] {0, 1, 2, 77}));
    assertThat(watching.refused()).containsExactly(2, 77);
  }

  @Test
  void whatIsDraggedMovesAndIsLetGoWithItsSession() {
    Mesh mesh = alone();
    ScriptedGateway gateway = gatewayOfLine(mesh, 16, 10);
    keepWatching(mesh, NO_SOURCES);

    Interacted dragged =
        ask(mesh, mesh, interact(NodeAction.NODE_DRAG, "n3", new Position(5_000, 1, 2)));

    eventually(
        "it is there",
        PATIENCE,
        () ->
            !gateway.blocks.isEmpty()
                && gateway.last().places()[row(gateway.last(), dragged.slot())] == 5_000);
    mesh.bus().send(Addresses.physics(mesh.nodeId()), new SessionEnded("session"));
    eventually(
        "it is drawn back",
        PATIENCE,
        () -> gateway.last().places()[row(gateway.last(), dragged.slot())] < 4_000);
  }

  @Test
  void aPinHoldsUntilItIsTakenOut() {
    Mesh mesh = alone();
    ScriptedGateway gateway = gatewayOfLine(mesh, 16, 10);
    keepWatching(mesh, NO_SOURCES);

    int slot = ask(mesh, mesh, interact(NodeAction.NODE_PIN, "n3", new Position(700, 1, 2))).slot();

    eventually("blocks come", PATIENCE, () -> gateway.blocks.size() > 60);
    LayoutBlock pinned = gateway.last();
    assertThat(pinned.places()[row(pinned, slot)]).isEqualTo(700);
    ask(mesh, mesh, interact(NodeAction.NODE_UNPIN, "n3", null));
    eventually(
        "it moves", PATIENCE, () -> gateway.last().places()[row(gateway.last(), slot)] != 700);
  }

  @Test
  void whoIsNoNodeIsRefusedByName() {
    Mesh mesh = alone();
    deploy(mesh, 16);
    awaitLeader(mesh, mesh);
    assertThatThrownBy(() -> ask(mesh, mesh, interact(NodeAction.NODE_PIN, "nobody", null)))
        .rootCause()
        .hasMessage("no node has the key or id nobody");
  }

  @Test
  void anotherSimulatorTakesOverWhereTheFirstOneStopped() {
    List<Mesh> two = LocalMesh.joined(2, registry, "physics", "gateway");
    meshes.addAll(two);
    Mesh first = two.getFirst();
    Mesh second = two.getLast();
    List<ScriptedGateway> gateways = two.stream().map(ScriptedGateway::new).toList();
    PhysicsVerticle leader = deploy(first, 16);
    awaitLeader(second, first);
    deploy(second, 16);
    put(second, first, GraphChange.REPLACE, line(200));
    ask(second, first, interact(NodeAction.NODE_PIN, "n7", new Position(10, 20, 30)));
    eventually(
        "the other one has it",
        PATIENCE,
        () -> version(first, second).now().equals(version(second, first).now()));
    put(second, first, GraphChange.MERGE, "{\"nodes\":[{\"key\":\"late\"}]}");
    assertThat(version(first, second).now()).isEqualTo(version(second, first).now());
    ask(second, first, new Watch(second.nodeId(), 60, NO_SOURCES));
    ScriptedGateway watching = gateways.getLast();
    eventually("blocks come", PATIENCE, () -> watching.blocks.size() > 30);

    LocalMesh.await(leader.drain());

    awaitLeader(second, second);
    LayoutBlock last = watching.last();
    ask(second, second, new Watch(second.nodeId(), 60, NO_SOURCES));
    eventually("blocks of the new term come", PATIENCE, () -> watching.last().term() > last.term());
    LayoutBlock next =
        watching.blocks.stream()
            .filter(block -> block.term() > last.term())
            .findFirst()
            .orElseThrow();
    assertThat(next.ids()).containsExactly(last.ids());
    assertThat(greatestStep(last, next)).isLessThan(4_500 * 0.3 / 60 * 3);
    int pinned = ask(second, second, interact(NodeAction.NODE_DESELECTED, "n7", null)).slot();
    assertThat(next.places()[row(next, pinned)]).isEqualTo(10);
  }

  private static double greatestStep(LayoutBlock from, LayoutBlock to) {
    int n = from.count();
    double greatest = 0;
    for (int i = 0; i < n; i++) {
      double square = 0;
      for (int axis = 0; axis < 3; axis++) {
        square += Math.pow(to.places()[axis * n + i] - from.places()[axis * n + i], 2);
      }
      greatest = Math.max(greatest, Math.sqrt(square));
    }
    return greatest;
  }
}
