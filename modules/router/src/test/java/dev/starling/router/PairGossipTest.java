/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.View;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.RouterMessage;
import dev.starling.protocol.mesh.RouterMessage.Pair;
import dev.starling.protocol.mesh.RouterMessage.PairsActivated;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one router tells another that begins to serve, over the real bus between two nodes. */
class PairGossipTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PAGE = 1_000;

  /** Agents whose pairs fill two pages and 556 places of a third. */
  private static final int CROWD = 72;

  /** Agents who have more pairs than a newcomer is told. */
  private static final int MULTITUDE = 640;

  private static final AtomicReference<Side> LISTENER = new AtomicReference<>();

  private static List<Mesh> meshes = List.of();

  /** The giver's view while the newcomer starts, and since it serves. */
  @SuppressWarnings("NullAway.Init")
  private static View starting;

  @SuppressWarnings("NullAway.Init")
  private static View serving;

  private final Side giver = new Side(meshes.getFirst());
  private final Side newcomer = new Side(meshes.getLast());
  private int marks;

  /** One router's gossip and ledger on the router's own loop, and what it was told. */
  private static final class Side {
    private final Mesh mesh;
    private final Context loop;
    private final Set<String> agents = ConcurrentHashMap.newKeySet();
    private final List<List<Pair>> told = new CopyOnWriteArrayList<>();
    private final PairLedger ledger = new PairLedger();
    private final PairGossip gossip;

    Side(Mesh mesh) {
      this.mesh = mesh;
      this.loop = mesh.vertx().getOrCreateContext();
      this.gossip =
          new PairGossip(
              mesh, agents::contains, ledger, new PairTraffic(System::nanoTime, () -> {}));
    }

    void hear(RouterMessage message) {
      loop.runOnContext(go -> {
        PairsActivated activated = (PairsActivated) message;
        gossip.hear(activated);
        told.add(activated.pairs());
      });
    }

    <T> T onLoop(Supplier<T> work) {
      Promise<T> done = Promise.promise();
      loop.runOnContext(go -> done.complete(work.get()));
      return LocalMesh.await(done.future());
    }

    void run(Runnable work) {
      onLoop(() -> {
        work.run();
        return true;
      });
    }

    List<Pair> pairs() {
      return onLoop(ledger::all);
    }

    void passed(String source, String receiver) {
      run(() -> gossip.passed(source, receiver));
    }

    void tell() {
      run(gossip::tell);
    }
  }

  @BeforeAll
  static void join() {
    meshes = LocalMesh.joined(2, new SimpleMeterRegistry(), "router");
    Mesh mesh = meshes.getFirst();
    Mesh other = meshes.getLast();
    Promise<Void> served = Promise.promise();
    other
        .vertx()
        .runOnContext(go ->
            other
                .bus()
                .serve(
                    Addresses.router(other.nodeId()),
                    message -> {
                      LISTENER.get().hear(message);
                      return null;
                    })
                .<Void>mapEmpty()
                .onComplete(served));
    LocalMesh.await(served.future());
    starting = mesh.view();
    other.roleIs("router", State.SERVING);
    eventually("the giver sees it serve", PATIENCE, () -> newcomerIn(mesh.view()).serves("router"));
    serving = mesh.view();
  }

  @AfterAll
  static void leave() {
    meshes.forEach(mesh -> LocalMesh.await(mesh.leave()));
  }

  @BeforeEach
  void listen() {
    LISTENER.set(newcomer);
    // Behind what other tests sent last.
    told();
    newcomer.told.clear();
  }

  private static NodeInfo newcomerIn(View view) {
    return view.node(meshes.getLast().nodeId()).orElseThrow();
  }

  private static View withoutNewcomer() {
    SortedMap<String, NodeInfo> nodes = new TreeMap<>(serving.nodes());
    nodes.remove(meshes.getLast().nodeId());
    return new View(serving.self(), nodes);
  }

  private static String agent(int number) {
    return "agent-%03d".formatted(number);
  }

  /** Both routers know these agents; to the giver an outcome passed between any two of them. */
  private void giverHasPairsOf(int agents) {
    for (int one = 0; one < agents; one++) {
      join(agent(one));
    }
    giver.run(() -> {
      for (int one = 0; one < agents; one++) {
        for (int other = 0; other < one; other++) {
          giver.ledger.activate(agent(one), agent(other));
        }
      }
    });
  }

  private void join(String agent) {
    giver.agents.add(agent);
    newcomer.agents.add(agent);
  }

  private void leave(String agent) {
    for (Side side : List.of(giver, newcomer)) {
      side.agents.remove(agent);
      side.run(() -> side.gossip.forget(agent));
    }
  }

  private void viewChanges(View before, View now) {
    giver.run(() -> giver.gossip.viewChanged(before, now));
  }

  /** What the newcomer has been told, once everything that was sent so far is there. */
  private List<List<Pair>> told() {
    List<Pair> mark = List.of(new Pair("mark", Integer.toString(++marks)));
    giver.run(() ->
        giver.mesh.bus().send(Addresses.router(newcomer.mesh.nodeId()), new PairsActivated(mark)));
    eventually("the mark arrived", PATIENCE, () -> newcomer.told.contains(mark));
    return newcomer.told.stream()
        .filter(pairs -> pairs.isEmpty() || !pairs.getFirst().lesser().equals("mark"))
        .toList();
  }

  private void assertAlike() {
    assertThat(newcomer.pairs()).containsExactlyInAnyOrderElementsOf(giver.pairs());
  }

  @Test
  void aNewcomerIsToldEveryPairInPagesOneAtATime() {
    giverHasPairsOf(CROWD);
    viewChanges(starting, serving);
    assertThat(told()).isEmpty();
    giver.tell();
    assertThat(told()).hasSize(1);
    giver.tell();
    assertThat(told()).hasSize(2);
    giver.tell();

    List<Pair> inOrder = new ArrayList<>();
    told().forEach(inOrder::addAll);
    assertThat(told()).extracting(List::size).containsExactly(PAGE, PAGE, 556);
    assertThat(inOrder).isEqualTo(giver.pairs());
    assertAlike();
  }

  @Test
  void theHistoryEndsWithItsLastPage() {
    giverHasPairsOf(45);
    for (int receiver = 0; receiver < 10; receiver++) {
      join("last");
      String other = agent(receiver);
      giver.run(() -> giver.ledger.activate("last", other));
    }
    assertThat(giver.pairs()).hasSize(PAGE);
    viewChanges(starting, serving);
    for (int i = 0; i < 3; i++) {
      giver.tell();
    }
    assertThat(told()).extracting(List::size).containsExactly(PAGE);
    assertAlike();
  }

  @Test
  void aPairThatIsAddedBetweenPagesIsToldBesideThem() {
    giverHasPairsOf(CROWD);
    join("late");
    viewChanges(starting, serving);
    giver.passed("late", agent(0));
    giver.tell();
    giver.passed(agent(1), "late");
    giver.passed("late", agent(2));
    giver.tell();
    giver.tell();
    giver.passed(agent(3), "late");
    giver.tell();

    assertThat(told()).extracting(List::size).containsExactly(1, PAGE, 2, PAGE, 556, 1);
    assertThat(giver.pairs()).contains(Pair.of("late", agent(0)), Pair.of("late", agent(3)));
    assertAlike();
  }

  @Test
  void whatTheNewcomerHeardBeforeItKnewTheAgentsIsInTheHistory() {
    giver.agents.addAll(List.of("a", "b"));
    giver.passed("a", "b");
    giver.tell();
    assertThat(told()).containsExactly(List.of(new Pair("a", "b")));
    assertThat(newcomer.pairs()).isEmpty();

    newcomer.agents.addAll(List.of("a", "b"));
    viewChanges(starting, serving);
    giver.tell();
    told();
    assertAlike();
    assertThat(newcomer.pairs()).hasSize(1);
  }

  @Test
  void anAgentThatLeavesBetweenPagesAndComesAgainBeginsWithoutPairsOnBothSides() {
    giverHasPairsOf(CROWD);
    viewChanges(starting, serving);
    giver.tell();
    told();
    leave(agent(0));
    leave(agent(CROWD - 1));
    assertThat(giver.pairs()).hasSizeGreaterThan(2 * PAGE);
    join(agent(0));
    join(agent(CROWD - 1));
    giver.passed(agent(0), agent(1));
    giver.tell();
    giver.tell();
    told();
    assertAlike();
  }

  @Test
  void aPairIsNotToldOnceOneOfTheTwoHasLeft() {
    join("a");
    join("b");
    giver.passed("a", "b");
    leave("b");
    join("b");
    giver.tell();
    told();
    assertThat(newcomer.pairs()).isEmpty();
    assertAlike();
  }

  @Test
  void aNewcomerThatLeavesBetweenPagesIsToldNoMoreAndEverythingWhenItComesAgain() {
    giverHasPairsOf(CROWD);
    viewChanges(starting, serving);
    giver.tell();
    viewChanges(serving, withoutNewcomer());
    giver.tell();
    giver.tell();
    assertThat(told()).extracting(List::size).containsExactly(PAGE);

    newcomer.told.clear();
    viewChanges(withoutNewcomer(), serving);
    for (int i = 0; i < 4; i++) {
      giver.tell();
    }
    assertThat(told()).extracting(List::size).containsExactly(0, PAGE, PAGE, 556);
    assertAlike();
  }

  @Test
  void aNodeThatDoesNotServeYetIsOnlyGreeted() {
    giverHasPairsOf(CROWD);
    viewChanges(withoutNewcomer(), starting);
    giver.tell();
    giver.tell();
    assertThat(told()).containsExactly(List.of());
  }

  @Test
  void aHistoryThatWouldBeTooLongIsLeftOutButNotWhatIsNew() {
    giverHasPairsOf(MULTITUDE);
    join("late");
    viewChanges(starting, serving);
    giver.tell();
    giver.passed("late", agent(0));
    giver.tell();
    assertThat(told()).containsExactly(List.of(Pair.of("late", agent(0))));
  }
}
