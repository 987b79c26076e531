/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.GatewayMessage;
import dev.starling.protocol.mesh.GatewayMessage.AgentsPage;
import dev.starling.protocol.mesh.GatewayMessage.AgentsQuery;
import dev.starling.protocol.mesh.GatewayMessage.Deliver;
import dev.starling.protocol.mesh.GatewayMessage.Enrol;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.Ancestor;
import dev.starling.protocol.mesh.RouterMessage.Deposit;
import dev.starling.protocol.mesh.RouterMessage.Lineage;
import dev.starling.protocol.mesh.RouterMessage.LineageQuery;
import dev.starling.protocol.mesh.RouterMessage.RecentQuery;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.RouterMessage.Seen;
import dev.starling.protocol.mesh.RouterMessage.Sighting;
import dev.starling.protocol.mesh.RouterMessage.Status;
import dev.starling.protocol.mesh.RouterMessage.Witness;
import dev.starling.protocol.settings.SettingsDocument;
import dev.starling.protocol.settings.StoredSetting;
import dev.starling.testkit.LocalMesh;
import dev.starling.vectors.Kernels;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A router that is stopped and goes on, of whom another one took over meanwhile. */
class SemanticRouterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration STOP = Duration.ofSeconds(3);
  private static final AtomicInteger IDS = new AtomicInteger();

  private static final List<String> DELIVERED = new CopyOnWriteArrayList<>();
  private static List<Mesh> meshes = List.of();

  @SuppressWarnings("NullAway.Init")
  private static ScriptedPeer other;

  private final Mesh mesh = meshes.getFirst();
  private final RouterLoop loop = new RouterLoop(mesh);
  private final AtomicLong nanos = new AtomicLong(System.nanoTime());
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final AgentDirectory directory = new AgentDirectory(Kernels.scalar(), 100);
  private final Replicas replicas =
      new Replicas(
          directory,
          nanos::get,
          () -> true,
          () -> true,
          gone -> {},
          new Farewells(mesh, directory, new RouterMetrics(registry)));
  private final FeedScript gateway = new FeedScript("g", 1);
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final RecentOutcomeLog recent = new RecentOutcomeLog(100);
  private final RoutingSettings settings = new RoutingSettings(Samples.config());
  private final SemanticRouter router = router();

  private SemanticRouter router() {
    Peers peers = new Peers(mesh);
    SightingBook book =
        new SightingBook(Duration.ofMinutes(2), 100, nanos::get, id -> true, () -> {});
    Matcher matcher =
        new Matcher(loop.context(), mesh.vertx().createSharedWorkerExecutor("scan", 1));
    return new SemanticRouter(
        mesh,
        settings,
        directory,
        replicas,
        new Sightings(mesh, peers, book, Duration.ofMinutes(2), nanos::get, replicas::wokeLately),
        new Lineages(mesh, peers, 100, () -> {}),
        matcher,
        new PairGossip(
            mesh, id -> false, new PairLedger(), new PairTraffic(System::nanoTime, () -> {})),
        recent,
        new RouterMetrics(registry));
  }

  @BeforeAll
  static void join() {
    meshes = LocalMesh.joined(2, new SimpleMeterRegistry(), "router");
    other = ScriptedPeer.serve(meshes.getLast());
    Mesh mesh = meshes.getFirst();
    Promise<Void> served = Promise.promise();
    mesh.vertx()
        .runOnContext(go ->
            mesh.bus()
                .serve(Addresses.gateway("g"), SemanticRouterTest::gateway)
                .<Void>mapEmpty()
                .onComplete(served));
    LocalMesh.await(served.future());
    ScriptedPeer.allServe(meshes);
  }

  /** Notes what is delivered; a question is answered behind all that was sent before it. */
  private static @Nullable Future<? extends MeshMessage> gateway(GatewayMessage message) {
    if (message instanceof Deliver deliver) {
      DELIVERED.add(deliver.packet().toString());
      return null;
    }
    return Future.succeededFuture(new AgentsPage(List.of(), false));
  }

  @AfterAll
  static void leave() {
    meshes.forEach(mesh -> LocalMesh.await(mesh.leave()));
  }

  @BeforeEach
  void start() {
    other.reset(mesh);
    LocalMesh.await(mesh.bus().request(Addresses.gateway("g"), new AgentsQuery("", 1), PATIENCE));
    DELIVERED.clear();
    loop.run(() -> {
      replicas.viewIs(Samples.view(Samples.gateway("g", 1)));
      gateway.addSilently(Samples.registration(1, 1, "g", "receiver", Fingerprint.of(1, 0)));
      replicas.apply(gateway.digest(replicas.apply(gateway.snapshot(0)).stamp()));
      assertThat(replicas.certainty()).isEqualTo(Replicas.Certainty.WHOLE);
    });
  }

  private void stopAndGoOn() {
    nanos.addAndGet(STOP.toNanos());
  }

  /** What the gateway sends reaches the router again. */
  private void catchUp() {
    loop.run(this::goOn);
  }

  private void goOn() {
    replicas.apply(gateway.digest(replicas.apply(gateway.digest(0)).stamp()));
    assertThat(replicas.certainty()).isEqualTo(Replicas.Certainty.WHOLE);
    router.goOn();
  }

  private Future<Routed> deposit(Deposit deposit) {
    return loop.begin(() -> router.depositOutcome(deposit));
  }

  private static Deposit madeByTheMesh(String id, String... derivedFrom) {
    return Samples.deposit("a", id, false, derivedFrom);
  }

  /** A fresh id for which this router stands first in line. */
  private String idOf(String owner) {
    while (true) {
      String id = "o-" + IDS.incrementAndGet();
      NodeInfo first = mesh.view().inLine("router", "a\n" + id).getFirst();
      if (first.id().equals(owner)) {
        return id;
      }
    }
  }

  private void assertNotDelivered(String id) {
    String mark = "mark-" + id;
    LocalMesh.await(deposit(madeByTheMesh(mark)));
    eventually("the mark arrived", PATIENCE, () -> isDelivered(mark));
    assertThat(DELIVERED).noneMatch(packet -> packet.contains('"' + id + '"'));
  }

  private static boolean isDelivered(String id) {
    return DELIVERED.stream().anyMatch(packet -> packet.contains('"' + id + '"'));
  }

  private static ErrorCode refusalOf(Future<Routed> routed) {
    return LocalMesh.await(
        routed
            .map(done -> ErrorCode.INTERNAL)
            .recover(failure ->
                failure instanceof RefusalException refusal
                    ? Future.succeededFuture(refusal.code())
                    : Future.failedFuture(failure)));
  }

  /** Two outcomes of one source in one turn, of which the first waits for its lineage. */
  private List<Future<Routed>> depositOneBehindAnother(String waits, String behind) {
    return loop.call(() ->
        List.of(
            router.depositOutcome(madeByTheMesh(waits, "parent")),
            router.depositOutcome(madeByTheMesh(behind))));
  }

  private double dropped(String cause) {
    return registry.find("starling.router.drops").tag("cause", cause).counters().stream()
        .mapToDouble(counter -> counter.count())
        .sum();
  }

  @Test
  void anOutcomeWhoseIdTheMeshMadeIsRoutedWithoutAQuestion() {
    Routed routed = LocalMesh.await(deposit(madeByTheMesh("plain")));
    assertThat(routed.routedTo()).containsExactly("receiver");
    assertThat(other.told(Sighting.class)).isEmpty();
    assertThat(other.told(Witness.class)).isEmpty();
  }

  @Test
  void aChangedThresholdHoldsAtOnceButForWhoAskedForAStricterOne() {
    loop.run(() -> {
      gateway.addSilently(asking(2, "follows", 0, 0.9f, 0.4359f));
      gateway.addSilently(asking(3, "asked", 0.95, 0.9f, 0.4359f));
      replicas.apply(gateway.digest(replicas.apply(gateway.snapshot(0)).stamp()));
    });
    settings.follow(mesh.settings());
    assertThat(LocalMesh.await(deposit(madeByTheMesh("first"))).routedTo())
        .containsExactly("receiver", "follows");

    changeThreshold("0.92");
    assertThat(LocalMesh.await(deposit(madeByTheMesh("strict"))).routedTo())
        .containsExactly("receiver");
    changeThreshold("0.1");
    assertThat(LocalMesh.await(deposit(madeByTheMesh("lenient"))).routedTo())
        .containsExactly("receiver", "follows");
  }

  @Test
  void whoWantsNoOutcomesIsFoundByWhatItIsAboutAllTheSame() {
    loop.run(() -> {
      gateway.addSilently(asking(2, "wants-none", Enrol.NO_OUTCOMES, 1, 0));
      gateway.addSilently(asking(3, "else", Enrol.NO_OUTCOMES, 0, 1));
      gateway.addSilently(asking(4, "stricter", 0.95, 0.9f, 0.4359f));
      replicas.apply(gateway.digest(replicas.apply(gateway.snapshot(0)).stamp()));
    });
    assertThat(LocalMesh.await(deposit(madeByTheMesh("for-others"))).routedTo())
        .containsExactly("receiver");
    assertThat(LocalMesh.await(loop.begin(() -> router.querySimilar(Fingerprint.of(1, 0), null))))
        .extracting(match -> match.agent().id())
        .containsExactly("receiver", "wants-none");
  }

  private static Registration asking(
      long key, String agentId, double threshold, float... fingerprint) {
    return new Registration(
        key,
        new Registration.Claim(key, "g"),
        agentId,
        "",
        Fingerprint.of(fingerprint),
        threshold,
        false);
  }

  private void changeThreshold(String value) {
    SettingsDocument known = mesh.settings().document();
    SettingsDocument before = known.version() < 0 ? SettingsDocument.begin() : known;
    List<StoredSetting> changes =
        List.of(new StoredSetting("router.similarityThreshold", RawJson.of(value), 1, false));
    LocalMesh.await(mesh.settings().tell(before.with(changes), changes, "test"));
  }

  @Test
  void whatExpiredIsRememberedWithNobodyReached() {
    other.answer(message ->
        message instanceof LineageQuery
            ? Future.succeededFuture(new Lineage(List.of(new Ancestor("deep", 8, List.of("b")))))
            : null);
    assertThat(LocalMesh.await(deposit(madeByTheMesh("deeper", "deep"))).status())
        .isEqualTo(Status.EXPIRED);
    assertThat(loop.call(() -> recent.since(new RecentQuery(0, 10)).outcomes()))
        .singleElement()
        .satisfies(outcome -> {
          assertThat(outcome.status()).isEqualTo(Status.EXPIRED);
          assertThat(outcome.routedTo()).isEmpty();
          assertThat(outcome.packet().toString()).contains("\"deeper\"").contains("\"hops\":9");
        });
  }

  @Test
  void whatItFindsWaitingAfterAStopIsNotRoutedWhereAnotherRouterDid() {
    other.answer(message ->
        switch (message) {
          case Sighting sighting -> Future.succeededFuture(routedElsewhere(sighting.outcomeId()));
          case Witness witness -> Future.succeededFuture(routedElsewhere(witness.outcomeId()));
          default -> null;
        });
    for (String owner : List.of(mesh.nodeId(), other.id())) {
      String id = idOf(owner);
      stopAndGoOn();
      Future<Routed> routed = deposit(madeByTheMesh(id));
      loop.run(() -> assertThat(routed.isComplete()).isFalse());
      catchUp();
      assertThat(LocalMesh.await(routed).status()).isEqualTo(Status.DUPLICATE);
      assertNotDelivered(id);
    }
  }

  private static Seen routedElsewhere(String id) {
    return new Seen(new Routed(Status.DUPLICATE, id, List.of("receiver"), false), false);
  }

  @Test
  void whatItFindsWaitingAfterAStopIsRoutedInOrderWhereNobodyElseDid() {
    stopAndGoOn();
    Future<Routed> first = deposit(madeByTheMesh(idOf(other.id())));
    Future<Routed> second = deposit(madeByTheMesh(idOf(mesh.nodeId())));
    catchUp();
    for (Future<Routed> routed : List.of(first, second)) {
      assertThat(LocalMesh.await(routed).status()).isEqualTo(Status.ROUTED);
    }
    eventually("both arrived", PATIENCE, () -> DELIVERED.size() == 2);
    assertThat(DELIVERED.getFirst()).contains('"' + first.result().outcomeId() + '"');
  }

  @Test
  void anOutcomeOfAGatewayThatIsSilentMayHaveBeenRoutedElsewhere() {
    String id = idOf(mesh.nodeId());
    other.answer(
        message -> message instanceof Witness ? Future.succeededFuture(routedElsewhere(id)) : null);
    stopAndGoOn();
    loop.run(replicas::tick);
    for (int i = 0; i < 3; i++) {
      nanos.addAndGet(Duration.ofMillis(900).toNanos());
      loop.run(replicas::tick);
    }
    loop.run(() -> assertThat(replicas.certainty()).isEqualTo(Replicas.Certainty.PARTIAL));
    assertThat(LocalMesh.await(deposit(madeByTheMesh(id))).status()).isEqualTo(Status.DUPLICATE);
  }

  private void stopWhileTheLineageIsAsked() {
    other.answer(message ->
        switch (message) {
          case LineageQuery query when query.outcomeIds().contains("parent") -> {
            if (stopped.compareAndSet(false, true)) {
              stopAndGoOn();
              catchUp();
            }
            yield Future.succeededFuture(new Lineage(List.of()));
          }
          default -> null;
        });
  }

  @Test
  void whatItHadTakenInBeforeAStopIsRoutedInOrderWhereNobodyElseDid() {
    stopWhileTheLineageIsAsked();
    String first = idOf(other.id());
    String second = idOf(mesh.nodeId());
    for (Future<Routed> routed : depositOneBehindAnother(first, second)) {
      assertThat(LocalMesh.await(routed).status()).isEqualTo(Status.ROUTED);
    }
    eventually("both arrived", PATIENCE, () -> DELIVERED.size() == 2);
    assertThat(DELIVERED.getFirst()).contains('"' + first + '"');
    assertThat(other.told(Sighting.class)).hasSize(1);
    assertThat(other.told(Witness.class)).hasSize(1);
  }

  @Test
  void whatItHadTakenInBeforeAStopIsNotRoutedWhereAnotherRouterDid() {
    String first = idOf(other.id());
    String second = idOf(mesh.nodeId());
    other.answer(message ->
        switch (message) {
          case LineageQuery query when query.outcomeIds().contains("parent") -> {
            stopAndGoOn();
            catchUp();
            yield Future.succeededFuture(new Lineage(List.of()));
          }
          case Sighting sighting -> Future.succeededFuture(routedElsewhere(sighting.outcomeId()));
          case Witness witness -> Future.succeededFuture(routedElsewhere(witness.outcomeId()));
          default -> null;
        });
    for (Future<Routed> routed : depositOneBehindAnother(first, second)) {
      assertThat(LocalMesh.await(routed).status()).isEqualTo(Status.DUPLICATE);
    }
    assertNotDelivered(first);
    assertNotDelivered(second);
  }

  @Test
  void whatWaitedAsLongAsItsGatewayDoesIsRefused() {
    other.answer(message -> {
      if (message instanceof LineageQuery) {
        // In one turn: an answer that takes long itself is not waited for.
        loop.run(() -> {
          for (int i = 0; i < 5; i++) {
            nanos.addAndGet(Duration.ofMillis(950).toNanos());
            replicas.tick();
          }
          goOn();
        });
        return Future.succeededFuture(new Lineage(List.of()));
      }
      return null;
    });
    for (Future<Routed> routed : depositOneBehindAnother("waited", "behind")) {
      assertThat(refusalOf(routed)).isEqualTo(ErrorCode.UNAVAILABLE);
    }
    assertNotDelivered("waited");
    assertNotDelivered("behind");
    assertThat(dropped("late")).isEqualTo(2);
  }
}
