/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.View;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.RouterMessage.Deposit;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.RouterMessage.Seen;
import dev.starling.protocol.mesh.RouterMessage.Settled;
import dev.starling.protocol.mesh.RouterMessage.Sighting;
import dev.starling.protocol.mesh.RouterMessage.Status;
import dev.starling.protocol.mesh.RouterMessage.Witness;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one of three routers asks and tells the two others, over the real bus. */
class SightingsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration WINDOW = Duration.ofMinutes(2);
  private static final int OUTCOMES = 30;
  private static final Seen FIRST = new Seen(null, false);
  private static final AtomicInteger IDS = new AtomicInteger();

  private static List<Mesh> meshes = List.of();
  private static List<ScriptedPeer> others = List.of();

  private final Mesh mesh = meshes.getFirst();
  private final ScriptedPeer one = others.getFirst();
  private final ScriptedPeer two = others.getLast();
  private final Side me = new Side(mesh);

  /** One router's sightings and book, on a loop of their own. */
  private static final class Side {
    private final Mesh mesh;
    private final RouterLoop loop;
    private final Peers peers;
    private final SightingBook book;
    private final Sightings sightings;
    private boolean wokeLately;

    Side(Mesh mesh) {
      this.mesh = mesh;
      this.loop = new RouterLoop(mesh);
      this.peers = new Peers(mesh);
      this.book =
          new SightingBook(
              WINDOW,
              1_000,
              System::nanoTime,
              router -> mesh.view().node(router).isPresent(),
              () -> {});
      this.sightings = new Sightings(mesh, peers, book, WINDOW, System::nanoTime, () -> wokeLately);
    }

    Future<Seen> see(String id) {
      return loop.begin(() -> sightings.see(outcome(id)));
    }

    void settle(String id, Routed routed) {
      loop.run(() -> sightings.settle(outcome(id), routed));
    }

    /** As if the routers {@code came} had come just now. */
    void came(String... came) {
      NavigableMap<String, NodeInfo> nodes = new TreeMap<>(mesh.view().nodes());
      Stream.of(came).forEach(nodes::remove);
      View before = new View(mesh.nodeId(), nodes);
      loop.run(() -> sightings.viewChanged(before, mesh.view()));
    }

    boolean answers(ScriptedPeer peer) {
      return loop.call(() -> peers.answers(peer.id()));
    }
  }

  @BeforeAll
  static void join() {
    meshes = LocalMesh.joined(3, new SimpleMeterRegistry(), "router");
    others = meshes.stream().skip(1).map(ScriptedPeer::serve).toList();
    ScriptedPeer.allServe(meshes);
  }

  @AfterAll
  static void leave() {
    meshes.forEach(mesh -> LocalMesh.await(mesh.leave()));
  }

  @BeforeEach
  void reset() {
    others.forEach(other -> other.reset(meshes.getFirst()));
  }

  private static Deposit outcome(String id) {
    return Samples.deposit("a", id);
  }

  /** A fresh id for which these routers stand first in line. */
  private String idOf(String... routers) {
    while (true) {
      String id = "o-" + IDS.incrementAndGet();
      List<String> line =
          mesh.view().inLine("router", "a\n" + id).stream().map(NodeInfo::id).toList();
      if (line.subList(0, routers.length).equals(List.of(routers))) {
        return id;
      }
    }
  }

  private List<String> idsOf(String... routers) {
    return IntStream.range(0, OUTCOMES).mapToObj(i -> idOf(routers)).toList();
  }

  private static Seen duplicate(String id, String... to) {
    return new Seen(new Routed(Status.DUPLICATE, id, List.of(to), false), false);
  }

  @Test
  void aStalledOwnerCostsOneWaitAndNotOneForEachOutcome() {
    one.fallSilent();
    for (String id : idsOf(one.id())) {
      assertThat(LocalMesh.await(me.see(id))).isEqualTo(FIRST);
    }
    assertThat(one.told(Sighting.class)).hasSize(1);
  }

  @Test
  void aStalledNextInLineCostsTheOwnerOneWaitAndNotOneForEachOutcome() {
    me.came(two.id());
    one.fallSilent();
    for (String id : idsOf(mesh.nodeId(), one.id())) {
      assertThat(LocalMesh.await(me.see(id))).isEqualTo(FIRST);
    }
    assertThat(one.told(Witness.class)).hasSize(1);
    assertThat(two.told(Witness.class)).as("the one behind it is asked").isNotEmpty();
  }

  @Test
  void aSilentRouterIsAskedAgainAsSoonAsItAnswers() {
    one.fallSilent();
    LocalMesh.await(me.see(idOf(one.id())));
    assertThat(me.answers(one)).isFalse();
    one.goOn();
    eventually("it is trusted again", PATIENCE, () -> me.answers(one));
    String id = idOf(one.id());
    LocalMesh.await(me.see(id));
    assertThat(one.told(Sighting.class)).contains(new Sighting("a", id, mesh.nodeId()));
  }

  @Test
  void anOwnersQuestionEndsBeforeItsAskerGivesUpOnIt() {
    two.fallSilent();
    eventually(
        "an owner that waits for a stalled router is heard out",
        PATIENCE,
        () -> {
          Side owner = new Side(one.mesh());
          owner.came(two.id());
          one.answer(message ->
              message instanceof Sighting sighting
                  ? owner.loop.begin(() -> owner.sightings.decide(sighting))
                  : null);
          Side asker = new Side(mesh);
          LocalMesh.await(asker.see(idOf(one.id(), two.id(), mesh.nodeId())));
          assertThat(owner.answers(two)).isFalse();
          return asker.answers(one);
        });
  }

  @Test
  void aRouterWhoseOwnSightingReachedTheNextInLineButNotTheAnswerIsNotHeldUpByItself() {
    one.answer(message -> {
      if (!(message instanceof Sighting sighting)) {
        return null;
      }
      Witness witness = new Witness(sighting.source(), sighting.outcomeId(), sighting.router());
      return me.loop
          .begin(() -> Future.succeededFuture(me.sightings.witness(witness)))
          .compose(noted -> Future.failedFuture(RefusalException.unavailable("router", "died")));
    });
    assertThat(LocalMesh.await(me.see(idOf(one.id(), mesh.nodeId())))).isEqualTo(FIRST);
  }

  @Test
  void anOutcomeThatIsUnderWayHereIsWaitedFor() {
    for (String owner : List.of(one.id(), mesh.nodeId())) {
      String id = idOf(owner);
      one.answer(message ->
          message instanceof Sighting && !one.told(Settled.class).isEmpty()
              ? Future.succeededFuture(duplicate(id, "x"))
              : null);
      assertThat(LocalMesh.await(me.see(id))).isEqualTo(FIRST);
      Future<Seen> again = me.see(id);
      me.loop.run(() -> assertThat(again.isComplete()).isFalse());
      me.settle(id, Samples.routed(id, "x"));
      assertThat(LocalMesh.await(again)).isEqualTo(duplicate(id, "x"));
    }
  }

  @Test
  void theTwoThatAnswerAndTheSilentOnesBeforeThemLearnWhatBecameOfIt() {
    one.fallSilent();
    String first = idOf(one.id(), two.id());
    LocalMesh.await(me.see(first));
    me.settle(first, Samples.routed(first, "x"));
    Settled settled = new Settled("a", first, mesh.nodeId(), Samples.routed(first, "x"));
    eventually("both heard", PATIENCE, () -> one.told(Settled.class).contains(settled));
    eventually("both heard", PATIENCE, () -> two.told(Settled.class).contains(settled));
    assertThat(LocalMesh.await(me.loop.begin(() -> me.sightings.decide(sightingOf(first)))))
        .as("the third, who is the second that answers")
        .isEqualTo(duplicate(first, "x"));
  }

  @Test
  void whoWasStoppedAsksWhatOthersDecidedMeanwhile() {
    String id = idOf(mesh.nodeId(), one.id());
    one.answer(
        message -> message instanceof Witness ? Future.succeededFuture(duplicate(id, "x")) : null);
    me.loop.run(() -> me.wokeLately = true);
    assertThat(LocalMesh.await(me.see(id))).isEqualTo(duplicate(id, "x"));
  }

  @Test
  void aWitnessAsksNobody() {
    me.came(one.id(), two.id());
    String id = idOf(mesh.nodeId(), one.id());
    Witness witness = new Witness("a", id, one.id());
    assertThat(me.loop.call(() -> me.sightings.witness(witness))).isEqualTo(FIRST);
    String marked = idOf(mesh.nodeId(), one.id());
    me.loop.run(() -> mesh.bus().send(Addresses.router(one.id()), new Witness("a", marked, "m")));
    eventually("the mark arrived", PATIENCE, () -> !one.told(Witness.class).isEmpty());
    assertThat(one.told(Witness.class)).containsExactly(new Witness("a", marked, "m"));
  }

  private Sighting sightingOf(String id) {
    return new Sighting("a", id, two.id());
  }
}
