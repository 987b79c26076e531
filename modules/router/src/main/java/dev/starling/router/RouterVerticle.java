/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.View;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.GatewayMessage.Deliver;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.RouterMessage;
import dev.starling.protocol.mesh.RouterMessage.AgentMatch;
import dev.starling.protocol.mesh.RouterMessage.Claim;
import dev.starling.protocol.mesh.RouterMessage.Deposit;
import dev.starling.protocol.mesh.RouterMessage.Feed;
import dev.starling.protocol.mesh.RouterMessage.FeedAck;
import dev.starling.protocol.mesh.RouterMessage.Holder;
import dev.starling.protocol.mesh.RouterMessage.HolderQuery;
import dev.starling.protocol.mesh.RouterMessage.LineageQuery;
import dev.starling.protocol.mesh.RouterMessage.PairsActivated;
import dev.starling.protocol.mesh.RouterMessage.RecentQuery;
import dev.starling.protocol.mesh.RouterMessage.RosterQuery;
import dev.starling.protocol.mesh.RouterMessage.Settled;
import dev.starling.protocol.mesh.RouterMessage.Sighting;
import dev.starling.protocol.mesh.RouterMessage.SimilarAgents;
import dev.starling.protocol.mesh.RouterMessage.SimilarQuery;
import dev.starling.protocol.mesh.RouterMessage.TrafficQuery;
import dev.starling.protocol.mesh.RouterMessage.Witness;
import dev.starling.vectors.Kernels;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role {@code router} of one node. One instance per node; everything runs on its event loop.
 */
public final class RouterVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(RouterVerticle.class);
  private static final long TICK_MILLIS = 100;
  private static final long LOOK_MILLIS = 10;
  private static final long DRAIN_NANOS = 2_000_000_000L;
  private static final RoleState STARTING = new RoleState("router", State.STARTING);

  private final Mesh mesh;
  private final RoutingSettings settings;
  private final RouterMetrics metrics;
  private final AgentDirectory directory;
  private final Claims claims;
  private final Peers peers;
  private final PairTraffic traffic;
  private final PairGossip pairs;
  private final AgentRoster roster;
  private final Farewells farewells;
  private final Replicas replicas;
  private final SightingBook book;
  private final Sightings sightings;
  private final Lineages lineages;
  private final RecentOutcomeLog recent;
  private volatile long agents;
  private volatile long pairsActivated;
  private boolean serving;
  private boolean draining;
  private @Nullable SemanticRouter router;

  /** A router of {@code mesh}, to be deployed once. */
  public RouterVerticle(Mesh mesh, RouterConfig config, MeterRegistry registry) {
    LongSupplier nanoClock = System::nanoTime;
    this.mesh = mesh;
    this.settings = new RoutingSettings(config);
    this.metrics = new RouterMetrics(registry);
    Kernels kernels =
        switch (config.kernels()) {
          case AUTO -> Kernels.best();
          case SIMD -> Kernels.simd();
          case SCALAR -> Kernels.scalar();
        };
    LOG.info("similarity kernels: {}", kernels.description());
    this.directory = new AgentDirectory(kernels, config.maxAgents());
    this.claims =
        new Claims(
            directory,
            settings,
            () -> System.currentTimeMillis() * 1000,
            () -> metrics.dropped("grant-entry"));
    this.peers = new Peers(mesh);
    this.traffic = new PairTraffic(nanoClock, () -> metrics.dropped("traffic-pair"));
    this.pairs =
        new PairGossip(mesh, id -> directory.holder(id).isPresent(), new PairLedger(), traffic);
    this.roster = new AgentRoster(directory, nanoClock);
    directory.onChanged(roster::changed);
    this.farewells = new Farewells(mesh, directory, metrics);
    this.replicas =
        new Replicas(
            directory,
            nanoClock,
            mesh::everyMemberMet,
            this::takesOutcomes,
            agent -> pairs.forget(agent.id()),
            farewells);
    this.book =
        new SightingBook(
            config.dedupeWindow(),
            config.dedupeEntries(),
            nanoClock,
            router -> mesh.view().node(router).isPresent(),
            () -> metrics.dropped("dedupe-entry"));
    this.sightings =
        new Sightings(mesh, peers, book, config.dedupeWindow(), nanoClock, replicas::wokeLately);
    this.lineages =
        new Lineages(mesh, peers, config.dedupeEntries(), () -> metrics.dropped("lineage-entry"));
    this.recent = new RecentOutcomeLog(config.recentOutcomes());
  }

  @Override
  public Future<?> start() {
    WorkerExecutor worker = vertx.createSharedWorkerExecutor("router-scan", 1);
    Matcher matcher = new Matcher(context, worker);
    directory.onIndexed(matcher::indexed);
    router =
        new SemanticRouter(
            mesh, settings, directory, replicas, sightings, lineages, matcher, pairs, recent,
            metrics);
    settings.follow(mesh.settings());
    // Listens first: a view published in between would be missed otherwise.
    mesh.listen((before, now) -> settings.viewIs(now));
    mesh.listen((before, now) -> context.runOnContext(go -> viewChanged(before, now)));
    settings.viewIs(mesh.view());
    replicas.viewIs(mesh.view());
    metrics.gauge("starling.router.agents", "Agents of the whole mesh", () -> agents);
    metrics.gauge("starling.router.sightings", "Outcome ids remembered", book::size);
    mesh.figure("router.agents", () -> agents);
    mesh.figure("router.outcomes", metrics::routed);
    mesh.figure("router.pairs", () -> pairsActivated);
    vertx.setPeriodic(TICK_MILLIS, id -> tick());
    return mesh.bus().serve(Addresses.router(mesh.nodeId()), this::handle);
  }

  /** One that drains routes on for those who have no other. */
  private boolean takesOutcomes() {
    return serving && !(draining && anotherServes());
  }

  private boolean anotherServes() {
    return mesh.view().nodes().values().stream()
        .anyMatch(node -> !node.id().equals(mesh.nodeId()) && node.serves("router"));
  }

  /**
   * Hands over: tells every gateway to turn to other routers, if there are any, and routes what
   * they send until they have.
   *
   * @return completes when nothing is under way any more, or after two seconds
   */
  public Future<Void> drain() {
    mesh.roleIs("router", State.DRAINING);
    Promise<Void> drained = Promise.promise();
    context.runOnContext(go -> {
      draining = true;
      replicas.announce();
      long since = replicas.now();
      vertx.setPeriodic(
          LOOK_MILLIS,
          timer -> {
            boolean isHeard = !anotherServes() || replicas.isAnnounced();
            boolean isIdle = isHeard && routing().inFlight() == 0;
            if (isIdle || replicas.now() - since > DRAIN_NANOS) {
              vertx.cancelTimer(timer);
              drained.complete();
            }
          });
    });
    return drained.future();
  }

  private void viewChanged(View before, View now) {
    replicas.viewIs(now);
    peers.viewIs(now);
    sightings.viewChanged(before, now);
    pairs.viewChanged(before, now);
  }

  private void tick() {
    replicas.tick();
    routing().goOn();
    pairs.tell();
    farewells.tick();
    roster.tick();
    traffic.tick();
    agents = directory.size();
    pairsActivated = pairs.count().orElse(-1);
    boolean starting = mesh.view().me().roles().contains(STARTING);
    if (!serving && starting && mesh.isMet() && replicas.isWhole()) {
      serving = true;
      mesh.roleIs("router", State.SERVING);
    }
  }

  private @Nullable Future<? extends MeshMessage> handle(RouterMessage message) {
    return switch (message) {
      case Deposit deposit -> depositOutcome(deposit);
      case Feed feed -> apply(feed);
      case Claim claim -> grant(claim);
      case Sighting sighting -> sightings.decide(sighting);
      case Witness witness -> Future.succeededFuture(sightings.witness(witness));
      case Settled settled -> {
        sightings.note(settled);
        yield null;
      }
      case LineageQuery query -> Future.succeededFuture(lineages.recall(query));
      case SimilarQuery query -> serving ? querySimilar(query) : Future.failedFuture(warmingUp());
      case HolderQuery query ->
          serving ? Future.succeededFuture(holder(query)) : Future.failedFuture(warmingUp());
      case RosterQuery query ->
          serving
              ? Future.succeededFuture(roster.since(query.after()))
              : Future.failedFuture(warmingUp());
      case TrafficQuery query -> answer(() -> traffic.answer(query));
      case RecentQuery query -> Future.succeededFuture(recent.since(query));
      case PairsActivated activated -> {
        pairs.hear(activated);
        yield null;
      }
      case FeedAck _,
          RouterMessage.Claimed _,
          RouterMessage.Routed _,
          RouterMessage.Seen _,
          RouterMessage.Lineage _,
          RouterMessage.SimilarAgents _,
          RouterMessage.Holder _,
          RouterMessage.RosterPart _,
          RouterMessage.Traffic _,
          RouterMessage.RecentOutcomes _ ->
          Future.failedFuture(new IllegalStateException("an answer, not a question"));
    };
  }

  private Future<FeedAck> apply(Feed feed) {
    if (feed.reset()) {
      warm(feed);
    }
    Future<FeedAck> ack = answer(() -> replicas.apply(feed));
    routing().goOn();
    return ack;
  }

  /** Looks the gateway's address up and connects to it before the first outcome must. */
  private void warm(Feed feed) {
    Deliver nothing =
        new Deliver(feed.incarnation(), 0, RawJson.EMPTY_OBJECT, new long[0], new double[0], 0);
    mesh.bus().send(Addresses.gateway(feed.gateway()), nothing);
  }

  private Future<? extends MeshMessage> depositOutcome(Deposit deposit) {
    return serving ? routing().depositOutcome(deposit) : Future.failedFuture(warmingUp());
  }

  private Future<? extends MeshMessage> grant(Claim claim) {
    replicas.tick();
    boolean knows = serving && replicas.certainty() != Replicas.Certainty.CATCHING_UP;
    return knows ? answer(() -> claims.grant(claim)) : Future.failedFuture(warmingUp());
  }

  private Future<SimilarAgents> querySimilar(SimilarQuery query) {
    return routing()
        .querySimilar(query.fingerprint(), null)
        .map(matches ->
            new SimilarAgents(
                matches.stream()
                    .limit(query.limit())
                    .map(match -> new AgentMatch(match.agent().id(), match.rounded()))
                    .toList()));
  }

  private Holder holder(HolderQuery query) {
    return new Holder(directory.holder(query.agentId()).map(Agent::registration).orElse(null));
  }

  private SemanticRouter routing() {
    SemanticRouter started = router;
    if (started == null) {
      throw warmingUp();
    }
    return started;
  }

  private static RefusalException warmingUp() {
    return RefusalException.unavailable("router", "warming up");
  }

  private static <R> Future<R> answer(Supplier<R> work) {
    try {
      return Future.succeededFuture(work.get());
    } catch (RefusalException refusal) {
      return Future.failedFuture(refusal);
    }
  }
}
