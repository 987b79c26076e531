/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.GatewayMessage.Deliver;
import dev.starling.protocol.mesh.GatewayMessage.Enrol;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.AgentMatch;
import dev.starling.protocol.mesh.RouterMessage.Deposit;
import dev.starling.protocol.mesh.RouterMessage.RecentOutcome;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.RouterMessage.Seen;
import dev.starling.protocol.mesh.RouterMessage.Status;
import dev.starling.protocol.qis.OutcomeEnvelope;
import dev.starling.vectors.Fingerprints;
import dev.starling.vectors.Hits;
import dev.starling.vectors.SimilarityIndex;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The routing loop: takes an outcome in, finds the agents whose fingerprints match it, and sends it
 * to the gateways that hold them. Outcomes of one source take effect in the order in which they
 * came. Router's event loop only.
 */
final class SemanticRouter {
  /**
   * How much sooner than its gateway's patience an outcome's wait ends here, so that nothing is
   * routed of which the client was told that it was not.
   */
  private static final long MARGIN_MILLIS = 500;

  private static final Future<Void> AT_ONCE = Future.succeededFuture();

  private final Mesh mesh;
  private final RoutingSettings settings;
  private final AgentDirectory directory;
  private final Replicas replicas;
  private final Sightings sightings;
  private final Lineages lineages;
  private final Matcher matcher;
  private final PairGossip pairs;
  private final RecentOutcomeLog recent;
  private final RouterMetrics metrics;
  private final OutcomeDigest digest = new OutcomeDigest();
  private final SourceLanes lanes = new SourceLanes();
  private final Deque<Promise<Void>> held = new ArrayDeque<>();
  private int inFlight;

  SemanticRouter(
      Mesh mesh,
      RoutingSettings settings,
      AgentDirectory directory,
      Replicas replicas,
      Sightings sightings,
      Lineages lineages,
      Matcher matcher,
      PairGossip pairs,
      RecentOutcomeLog recent,
      RouterMetrics metrics) {
    this.mesh = mesh;
    this.settings = settings;
    this.directory = directory;
    this.replicas = replicas;
    this.sightings = sightings;
    this.lineages = lineages;
    this.matcher = matcher;
    this.pairs = pairs;
    this.recent = recent;
    this.metrics = metrics;
  }

  /**
   * Routes one outcome.
   *
   * @return what became of it; a refusal RATE_LIMITED where the router is full, UNAVAILABLE where
   *     it was stopped meanwhile or the outcome waited for too long, and INVALID_FINGERPRINT where
   *     its space has another dimension
   */
  Future<Routed> depositOutcome(Deposit deposit) {
    if (inFlight >= settings.maxBacklog()) {
      metrics.dropped("backlog");
      return Future.failedFuture(full());
    }
    inFlight++;
    replicas.tick();
    long startedAt = replicas.now();
    boolean waits = !held.isEmpty() || isCatchingUp();
    // While this router was stopped, its gateway may have sent it to another one.
    Deposit taken = waits || !replicas.isFresh(deposit.gateway()) ? asRepeated(deposit) : deposit;
    return (waits ? hold() : AT_ONCE)
        .compose(certain ->
            lanes.inOrder(
                taken.source(),
                () -> admit(taken, startedAt, startedAt),
                admission -> route(startedAt, admission)))
        .onComplete(
            routed -> {
              inFlight--;
              metrics.outcome(
                  routed.status(),
                  routed.status() == Status.ROUTED ? routed.routedTo().size() : 0,
                  routed.partial(),
                  replicas.now() - startedAt);
            },
            failure -> inFlight--);
  }

  private static RefusalException full() {
    return new RefusalException(
        ErrorCode.RATE_LIMITED, "router: too many outcomes are waiting; send it again shortly");
  }

  private static Deposit asRepeated(Deposit deposit) {
    return deposit.idFromClient() ? deposit : deposit.again();
  }

  private boolean isCatchingUp() {
    return replicas.certainty() == Replicas.Certainty.CATCHING_UP;
  }

  /** Waits, in order, while the router catches up after a pause of its own. */
  private Future<Void> hold() {
    Promise<Void> turn = Promise.promise();
    held.addLast(turn);
    return turn.future();
  }

  /** Outcomes and queries that are under way. */
  int inFlight() {
    return inFlight;
  }

  /** Lets go on what waited for the router to catch up, once it has; called often. */
  void goOn() {
    while (!held.isEmpty() && !isCatchingUp()) {
      held.removeFirst().complete();
    }
  }

  /**
   * Whether an outcome may be routed.
   *
   * @param since when the admission began; it holds until the router is stopped
   * @param before what became of it at its first coming; null where this is the first
   */
  private record Admission(
      Deposit deposit, long since, @Nullable Routed before, Ancestry ancestry) {}

  private Future<Admission> admit(Deposit deposit, long startedAt, long since) {
    if (replicas.wokeSince(since)) {
      return admitAnew(deposit, startedAt);
    }
    requireInTime(deposit, startedAt);
    Future<Admission> admission =
        deposit.idFromClient() ? asSeen(deposit, since) : asFirst(deposit, since);
    return admission.isComplete()
        ? admission
        : admission.compose(waited -> unlessStopped(waited, startedAt));
  }

  private Future<Admission> asSeen(Deposit deposit, long since) {
    return sightings
        .see(deposit)
        .compose((Seen seen) ->
            seen.before() != null
                ? Future.succeededFuture(
                    new Admission(deposit, since, seen.before(), Ancestry.NONE))
                : asFirst(deposit, since).onFailure(failure -> retract(deposit)));
  }

  private Future<Admission> asFirst(Deposit deposit, long since) {
    return lineages.of(deposit).map(ancestry -> new Admission(deposit, since, null, ancestry));
  }

  /** While this process was stopped, its gateway may have turned to another router. */
  private Future<Admission> unlessStopped(Admission admission, long startedAt) {
    replicas.tick();
    if (admission.before() != null || !replicas.wokeSince(admission.since())) {
      return Future.succeededFuture(admission);
    }
    if (admission.deposit().idFromClient()) {
      sightings.giveUp(admission.deposit());
    }
    return admitAnew(admission.deposit(), startedAt);
  }

  /**
   * As one that may have been routed elsewhere: in its place, ahead of later ones of its source.
   */
  private Future<Admission> admitAnew(Deposit deposit, long startedAt) {
    Deposit repeated = asRepeated(deposit);
    return (isCatchingUp() ? hold() : AT_ONCE)
        .compose(certain -> admit(repeated, startedAt, replicas.now()));
  }

  /**
   * Not after its gateway has given it up.
   *
   * @throws RefusalException UNAVAILABLE
   */
  private void requireInTime(Deposit deposit, long startedAt) {
    long mostMillis = deposit.patienceMillis() - MARGIN_MILLIS;
    if (replicas.now() - startedAt > mostMillis * 1_000_000) {
      metrics.dropped("late");
      throw RefusalException.unavailable("router", "the outcome waited for too long");
    }
  }

  private Future<Routed> route(long startedAt, Admission admission) {
    if (admission.before() != null) {
      return Future.succeededFuture(admission.before());
    }
    Deposit deposit = admission.deposit();
    Ancestry ancestry = admission.ancestry();
    if (ancestry.hops() > settings.maxHops()) {
      Routed expired = new Routed(Status.EXPIRED, deposit.outcomeId(), List.of(), false);
      remember(packet(deposit, ancestry), Status.EXPIRED, List.of(), false);
      settle(deposit, expired);
      return Future.succeededFuture(expired);
    }
    return search(deposit)
        .compose(hits -> broadcast(admission, startedAt, hits))
        .onFailure(failure -> retract(deposit));
  }

  private Future<Hits<Agent>> search(Deposit deposit) {
    try {
      return match(deposit);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Hits<Agent>> match(Deposit deposit) {
    Fingerprint fingerprint = deposit.fingerprint();
    SimilarityIndex<Agent> index = directory.index(Space.of(fingerprint));
    if (index != null) {
      return matcher.search(index, fingerprint, settings.thresholdOf(fingerprint.space()));
    }
    Optional<Integer> dimension = directory.dimensionOf(fingerprint.space());
    if (dimension.isPresent()) {
      return Future.failedFuture(
          RefusalException.ofField(
              ErrorCode.INVALID_FINGERPRINT,
              "packet.fingerprint",
              dimension.get() + " numbers, as the space \"" + fingerprint.space() + "\" has",
              fingerprint.dimension() + " numbers"));
    }
    return Future.succeededFuture(new Hits<>());
  }

  private Future<Routed> broadcast(Admission admission, long startedAt, Hits<Agent> hits) {
    replicas.tick();
    requireInTime(admission.deposit(), startedAt);
    Replicas.Certainty certainty = replicas.certainty();
    if (replicas.wokeSince(admission.since()) || certainty == Replicas.Certainty.CATCHING_UP) {
      metrics.dropped("stalled");
      return Future.failedFuture(RefusalException.unavailable("router", "catching up"));
    }
    Deposit deposit = admission.deposit();
    Ancestry ancestry = admission.ancestry();
    List<Match> matches = receivers(hits, deposit.source(), ancestry);
    RawJson packet = packet(deposit, ancestry);
    long outcome = digest.of(deposit.source(), deposit.outcomeId());
    boolean sent = broadcastToMatches(outcome, packet, matches, deposit.acceptedMicros());
    boolean partial = !sent || certainty != Replicas.Certainty.WHOLE;
    List<String> routedTo = matches.stream().map(match -> match.agent().id()).toList();
    Routed routed = new Routed(Status.ROUTED, deposit.outcomeId(), routedTo, partial);
    lineages.remember(ancestry.asAncestor(deposit.outcomeId(), deposit.source()));
    remember(packet, Status.ROUTED, matches, partial);
    matches.forEach(match -> pairs.passed(deposit.source(), match.agent().id()));
    settle(deposit, routed);
    return Future.succeededFuture(routed);
  }

  private static RawJson packet(Deposit deposit, Ancestry ancestry) {
    return new RawJson(
        OutcomeEnvelope.packet(
            deposit.outcomeId(), deposit.source(), ancestry.hops(), deposit.members()));
  }

  private void remember(RawJson packet, Status status, List<Match> matches, boolean partial) {
    recent.add(
        new RecentOutcome(
            packet,
            System.currentTimeMillis(),
            status,
            matches.stream()
                .map(match -> new AgentMatch(match.agent().id(), match.rounded()))
                .toList(),
            partial));
  }

  /** Those of the hits that the outcome goes to, in the order of acks. */
  private static List<Match> receivers(
      Hits<Agent> hits, @Nullable String source, Ancestry ancestry) {
    return matches(hits, source, ancestry, Registration::threshold);
  }

  /**
   * Those of the hits that are near enough, in the order of acks.
   *
   * @param least the cosine that one's own registration asks for
   */
  private static List<Match> matches(
      Hits<Agent> hits,
      @Nullable String source,
      Ancestry ancestry,
      ToDoubleFunction<Registration> least) {
    List<Match> matches = new ArrayList<>(hits.size());
    for (int i = 0; i < hits.size(); i++) {
      Agent agent = hits.entry(i);
      Registration registration = agent.registration();
      boolean isEmitter = agent.id().equals(source);
      boolean ended = ancestry.sources().contains(agent.id()) && !registration.acceptDerived();
      boolean isHolder = agent.row() != null;
      boolean isNear = hits.similarity(i) >= least.applyAsDouble(registration);
      if (isHolder && !isEmitter && !ended && isNear) {
        matches.add(new Match(agent, hits.similarity(i)));
      }
    }
    matches.sort(Match.ORDER);
    return matches;
  }

  /**
   * The agents that an outcome of this fingerprint reaches, and those as near that want none but
   * are found all the same; in the order of acks.
   *
   * @param excludeAgentId the agent that emits; null for none
   */
  Future<List<Match>> querySimilar(Fingerprint fingerprint, @Nullable String excludeAgentId) {
    SimilarityIndex<Agent> index = directory.index(Space.of(fingerprint));
    if (index == null) {
      return Future.succeededFuture(List.of());
    }
    if (inFlight >= settings.maxBacklog()) {
      metrics.dropped("backlog");
      return Future.failedFuture(full());
    }
    inFlight++;
    return matcher
        .search(index, fingerprint, settings.thresholdOf(fingerprint.space()))
        .map(hits -> matches(hits, excludeAgentId, Ancestry.NONE, SemanticRouter::leastToBeFound))
        .onComplete(done -> inFlight--);
  }

  /** The threshold of the space holds for all. */
  private static double leastToBeFound(Registration registration) {
    double asked = registration.threshold();
    return asked == Enrol.NO_OUTCOMES ? 0 : asked;
  }

  /** Cosine similarity in [-1, 1]; 0 where either fingerprint is zero. */
  static double semanticMatch(float[] query, float[] candidate) {
    return Fingerprints.cosine(query, candidate);
  }

  /**
   * Sends a packet to the gateways that hold the matches, once to each.
   *
   * @param outcome its {@link OutcomeDigest}
   * @return false where it was dropped for one of them, because too much waits for that node
   */
  boolean broadcastToMatches(
      long outcome, RawJson packet, List<Match> matches, long acceptedMicros) {
    Map<String, List<Match>> byGateway = new LinkedHashMap<>();
    for (Match match : matches) {
      byGateway.computeIfAbsent(match.agent().gateway(), id -> new ArrayList<>()).add(match);
    }
    boolean sent = true;
    for (Map.Entry<String, List<Match>> one : byGateway.entrySet()) {
      List<Match> theirs = one.getValue();
      long[] keys =
          theirs.stream().mapToLong(match -> match.agent().registration().key()).toArray();
      double[] similarities = theirs.stream().mapToDouble(Match::similarity).toArray();
      long incarnation = theirs.getFirst().agent().incarnation();
      sent &=
          mesh.bus()
              .send(
                  Addresses.gateway(one.getKey()),
                  new Deliver(incarnation, outcome, packet, keys, similarities, acceptedMicros));
    }
    return sent;
  }

  private void settle(Deposit deposit, Routed routed) {
    if (deposit.idFromClient()) {
      sightings.settle(deposit, routed);
    }
  }

  private void retract(Deposit deposit) {
    if (deposit.idFromClient()) {
      sightings.settle(deposit, null);
    }
  }
}
