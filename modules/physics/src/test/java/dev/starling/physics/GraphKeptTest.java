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

import dev.starling.fabric.Mesh;
import dev.starling.protocol.flow.NodeAction;
import dev.starling.protocol.flow.NodeRef;
import dev.starling.protocol.flow.Position;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.mesh.PhysicsMessage.GraphChange;
import dev.starling.protocol.mesh.PhysicsMessage.Page;
import dev.starling.protocol.mesh.PhysicsMessage.PageQuery;
import dev.starling.protocol.mesh.PhysicsMessage.PathQuery;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a simulator keeps in {@code node.data}, through restarts of the whole mesh. */
class GraphKeptTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final List<Mesh> meshes = new ArrayList<>();

  @TempDir Path folder;

  @AfterEach
  void leave() {
    meshes.forEach(mesh -> LocalMesh.await(mesh.leave()));
  }

  private Path journal() {
    return folder.resolve(GraphFile.NAME);
  }

  private PhysicsVerticle deploy(Mesh mesh, Path at) {
    PhysicsVerticle verticle = new PhysicsVerticle(mesh, Simulators.config(16, at), registry);
    LocalMesh.await(mesh.vertx().deployVerticle(verticle));
    return verticle;
  }

  private Mesh alone() {
    Mesh mesh = LocalMesh.alone(registry, "physics", "gateway");
    meshes.add(mesh);
    return mesh;
  }

  private Mesh started() {
    Mesh mesh = alone();
    deploy(mesh, folder);
    awaitLeader(mesh, mesh);
    return mesh;
  }

  private void end(Mesh mesh) {
    LocalMesh.await(mesh.leave());
    meshes.remove(mesh);
  }

  private static float distance(Mesh mesh, String from, String to) {
    return ask(mesh, mesh, new PathQuery(new NodeRef.Key(from), new NodeRef.Key(to), 0)).distance();
  }

  private static int nodes(Mesh mesh) {
    int nodes = 0;
    int from = 0;
    while (from != Pages.NO_MORE) {
      Page page = ask(mesh, mesh, new PageQuery("test", from));
      nodes += Objects.requireNonNull(page.layout()).count();
      from = page.next();
    }
    return nodes;
  }

  private static LayoutBlock layout(Mesh mesh) {
    return Objects.requireNonNull(ask(mesh, mesh, new PageQuery("test", 0)).layout());
  }

  @Test
  void whatWasAnsweredIsThereAfterAStartOfTheWholeMesh() {
    Mesh mesh = started();
    put(mesh, mesh, GraphChange.REPLACE, line(50));
    put(mesh, mesh, GraphChange.REMOVE, "{\"nodes\":[\"n40\"]}");
    put(mesh, mesh, GraphChange.MERGE, "{\"nodes\":[{\"key\":\"late\"}]}");
    ask(mesh, mesh, interact(NodeAction.NODE_PIN, "n7", new Position(10, 20, 30)));
    int pinned = ask(mesh, mesh, interact(NodeAction.NODE_DESELECTED, "n7", null)).slot();
    end(mesh);

    Mesh again = started();

    assertThat(nodes(again)).isEqualTo(50);
    assertThat(distance(again, "n0", "n39")).isEqualTo(19.5f);
    assertThat(distance(again, "n39", "n41")).isInfinite();
    assertThat(ask(again, again, interact(NodeAction.NODE_DESELECTED, "n7", null)).slot())
        .isEqualTo(pinned);
    LayoutBlock block = layout(again);
    assertThat(block.places()[row(block, pinned)]).isEqualTo(10);
  }

  private static int row(LayoutBlock block, int slot) {
    for (int i = 0; i < block.count(); i++) {
      if (block.slot(i) == slot) {
        return i;
      }
    }
    throw new AssertionError("no node " + slot);
  }

  @Test
  void aLayoutThatRestedRestsWhereItWas() {
    Mesh mesh = alone();
    ScriptedGateway gateway = new ScriptedGateway(mesh);
    PhysicsVerticle verticle = deploy(mesh, folder);
    awaitLeader(mesh, mesh);
    put(mesh, mesh, GraphChange.REPLACE, line(30));
    keepWatching(mesh, new int[0]);
    eventually("it rests", PATIENCE, () -> !gateway.blocks.isEmpty() && !gateway.last().isMoving());
    LayoutBlock before = gateway.last();
    LocalMesh.await(verticle.drain());
    end(mesh);

    LayoutBlock after = layout(started());

    assertThat(after.ids()).containsExactly(before.ids());
    assertThat(after.places()).containsExactly(before.places());
  }

  @Test
  void aJournalThatLacksItsEndHasAllBeforeIt() throws IOException {
    Mesh mesh = started();
    put(mesh, mesh, GraphChange.REPLACE, line(20));
    long before = Files.size(journal());
    put(mesh, mesh, GraphChange.MERGE, "{\"nodes\":[{\"key\":\"late\"}]}");
    end(mesh);
    byte[] all = Files.readAllBytes(journal());
    assertThat(all.length).isGreaterThan((int) before + 5);
    Files.write(journal(), Arrays.copyOf(all, (int) before + 5));

    Mesh again = started();

    assertThat(nodes(again)).isEqualTo(20);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(one -> one.toString().contains(GraphFile.CUT_OFF)))
          .singleElement()
          .satisfies(one -> assertThat(Files.size(one)).isEqualTo(5));
    }
    put(again, again, GraphChange.MERGE, "{\"nodes\":[{\"key\":\"later\"}]}");
    end(again);
    assertThat(nodes(started())).isEqualTo(21);
  }

  @Test
  void aDamagedJournalIsSetAsideAndWhatStoodBeforeIsKeptAnew() throws IOException {
    Mesh mesh = started();
    put(mesh, mesh, GraphChange.REPLACE, line(20));
    int sound = (int) Files.size(journal());
    put(mesh, mesh, GraphChange.MERGE, "{\"nodes\":[{\"key\":\"late\"}]}");
    end(mesh);
    byte[] all = Files.readAllBytes(journal());
    all[sound + 12] ^= 1;
    Files.write(journal(), all);

    Mesh again = started();

    assertThat(nodes(again)).isEqualTo(20);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(one -> one.toString().contains("damaged"))).hasSize(1);
    }
    eventually("it is written anew", PATIENCE, () -> Files.exists(journal()));
    put(again, again, GraphChange.MERGE, "{\"nodes\":[{\"key\":\"later\"}]}");
    end(again);
    assertThat(nodes(started())).isEqualTo(21);
  }

  @Test
  void aGraphThatDoesNotFitIsRefusedByTheKeyToRaise() {
    Mesh mesh = started();
    put(mesh, mesh, GraphChange.REPLACE, line(40));
    end(mesh);
    PhysicsConfig small = new PhysicsConfig(5, 100, 16, 1 << 20, 60, 1, 1, Optional.of(folder));
    Mesh again = alone();
    assertThatThrownBy(() ->
            LocalMesh.await(
                again.vertx().deployVerticle(new PhysicsVerticle(again, small, registry))))
        .hasStackTraceContaining("does not fit into physics.max-nodes (5): raise it");
  }

  /** So long that it is written anew; only its length counts, the gap is never read. */
  private void lengthen() throws IOException {
    Files.write(journal(), new byte[16 << 20], StandardOpenOption.APPEND);
  }

  @Test
  void aDiskThatFailsKeepsNobodyFromChangingTheGraphAndHasAllOnceItWorks() throws IOException {
    Mesh mesh = started();
    put(mesh, mesh, GraphChange.REPLACE, line(10));
    Path inTheWay = Files.createDirectories(folder.resolve(GraphFile.NAME + ".new/x"));
    lengthen();
    put(mesh, mesh, GraphChange.MERGE, "{\"nodes\":[{\"key\":\"a\"}]}");
    eventually(
        "it is counted",
        PATIENCE,
        () -> registry.get("starling.physics.disk.failures").counter().count() > 0);
    put(mesh, mesh, GraphChange.MERGE, "{\"nodes\":[{\"key\":\"b\"}]}");
    assertThat(nodes(mesh)).isEqualTo(12);

    Files.delete(inTheWay);
    Files.delete(inTheWay.getParent());
    eventually("it is written anew", PATIENCE, () -> Files.size(journal()) < 1 << 20);
    end(mesh);
    assertThat(nodes(started())).isEqualTo(12);
  }

  @Test
  void whoJoinsAMeshTakesItsGraphAndKeepsWhatItHadBesideIt(@TempDir Path other) throws IOException {
    Mesh mesh = started();
    put(mesh, mesh, GraphChange.REPLACE, line(12));
    end(mesh);
    Path mine = other.resolve(GraphFile.NAME);
    Files.copy(journal(), mine, StandardCopyOption.REPLACE_EXISTING);
    Files.delete(journal());
    List<Mesh> two = LocalMesh.joined(2, registry, "physics", "gateway");
    meshes.addAll(two);
    Mesh first = two.getFirst();
    Mesh second = two.getLast();
    deploy(first, folder);
    awaitLeader(second, first);
    put(first, first, GraphChange.REPLACE, line(30));

    deploy(second, other);

    eventually("the second has the first one's graph", PATIENCE, () -> hasAll(first, second));
    eventually("it keeps its own beside it", PATIENCE, () -> beside(other).isPresent());
    put(first, first, GraphChange.MERGE, "{\"nodes\":[{\"key\":\"late\"}]}");
    eventually(
        "it keeps what comes then",
        PATIENCE,
        () -> new String(Files.readAllBytes(mine), StandardCharsets.ISO_8859_1).contains("late"));
    end(second);
    end(first);
    Path kept = beside(other).orElseThrow();
    Files.move(kept, journal(), StandardCopyOption.REPLACE_EXISTING);
    assertThat(nodes(started())).isEqualTo(12);
  }

  @Test
  void aLongJournalIsWrittenAnewWhileTheGraphChanges() throws IOException {
    Mesh mesh = started();
    put(mesh, mesh, GraphChange.REPLACE, line(6_000));
    lengthen();
    int[] added = {0};
    eventually(
        "it is short again",
        PATIENCE,
        () -> {
          added[0]++;
          String node = "{\"nodes\":[{\"key\":\"added " + added[0] + "\"}]}";
          put(mesh, mesh, GraphChange.MERGE, node);
          return Files.size(journal()) < 1 << 20;
        });
    put(mesh, mesh, GraphChange.MERGE, "{\"nodes\":[{\"key\":\"b\"}]}");
    end(mesh);
    assertThat(nodes(started())).isEqualTo(6_001 + added[0]);
  }

  private static Optional<Path> beside(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(GraphFile.BEFORE_JOINING))
          .findFirst();
    }
  }

  @Test
  void whoComesBackToItsMeshKeepsNothingBeside(@TempDir Path other) throws IOException {
    List<Mesh> two = LocalMesh.joined(2, registry, "physics", "gateway");
    meshes.addAll(two);
    Mesh first = two.getFirst();
    Mesh second = two.getLast();
    deploy(first, folder);
    awaitLeader(second, first);
    put(first, first, GraphChange.REPLACE, line(30));
    String id = LocalMesh.await(deployed(second, other));
    eventually("it has the graph", PATIENCE, () -> hasAll(first, second));
    LocalMesh.await(second.vertx().undeploy(id));
    put(first, first, GraphChange.MERGE, "{\"nodes\":[{\"key\":\"late\"}]}");

    LocalMesh.await(deployed(second, other));

    eventually("it has the graph again", PATIENCE, () -> hasAll(first, second));
    eventually(
        "it is on its disk",
        PATIENCE,
        () ->
            Files.readString(other.resolve(GraphFile.NAME), StandardCharsets.ISO_8859_1)
                .contains("late"));
    assertThat(beside(other)).isEmpty();
  }

  private static boolean hasAll(Mesh first, Mesh second) {
    return version(first, second).now().equals(version(second, first).now());
  }

  private Future<String> deployed(Mesh mesh, Path at) {
    return mesh.vertx()
        .deployVerticle(new PhysicsVerticle(mesh, Simulators.config(16, at), registry));
  }
}
