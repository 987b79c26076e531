/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.GatewayMessage.Deliver;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The routing loop: takes an outcome in, finds the agents whose fingerprints match it, and sends it
 * to the gateways that hold them. Outcomes of one source take effect in the order in which they
 * came. Router's event loop only.
 */
final class SemanticRouter {
  private final Mesh mesh;
  private final RouterConfig config;
  private final AgentDirectory directory;
  private final Replicas replicas;
  private final Sightings sightings;
  private final Lineages lineages;
  private final Matcher matcher;
  private final PairGossip pairs;
  private final RecentOutcomeLog recent;
  private final RouterMetrics metrics;
  private final SourceLanes lanes = new SourceLanes();
  private int inFlight;

  SemanticRouter(
      Mesh mesh,
      RouterConfig config,
      AgentDirectory directory,
      Replicas replicas,
      Sightings sightings,
      Lineages lineages,
      Matcher matcher,
      PairGossip pairs,
      RecentOutcomeLog recent,
      RouterMetrics metrics) {
    this.mesh = mesh;
    this.config = config;
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
   * @return what became of it; a refusal UNAVAILABLE where the router is full or catching up, and
   *     INVALID_FINGERPRINT where its space has another dimension
   */
  Future<Routed> depositOutcome(Deposit deposit) {
    replicas.tick();
    if (inFlight >= config.maxBacklog()) {
      metrics.dropped("backlog");
      return Future.failedFuture(
          RefusalException.unavailable("router", "too many outcomes are waiting; send it again"));
    }
    if (replicas.certainty() == Replicas.Certainty.CATCHING_UP) {
      metrics.dropped("catching-up");
      return Future.failedFuture(RefusalException.unavailable("router", "catching up"));
    }
    inFlight++;
    long startedAt = System.nanoTime();
    return lanes
        .inOrder(deposit.source(), () -> admit(deposit), admission -> route(deposit, admission))
        .onComplete(
            routed -> {
              inFlight--;
              metrics.outcome(
                  routed.status(),
                  routed.status() == Status.ROUTED ? routed.routedTo().size() : 0,
                  routed.partial(),
                  System.nanoTime() - startedAt);
            },
            failure -> inFlight--);
  }

  /** Whether the outcome may be routed: nothing is, or what became of it at its first coming. */
  private record Admission(@Nullable Routed before, Ancestry ancestry) {}

  private Future<Admission> admit(Deposit deposit) {
    if (!deposit.idFromClient()) {
      return lineages.of(deposit).map(ancestry -> new Admission(null, ancestry));
    }
    return sightings
        .see(deposit)
        .compose((Seen seen) ->
            seen.before() != null
                ? Future.succeededFuture(new Admission(seen.before(), Ancestry.NONE))
                : lineages.of(deposit).map(ancestry -> new Admission(null, ancestry)));
  }

  private Future<Routed> route(Deposit deposit, Admission admission) {
    if (admission.before() != null) {
      return Future.succeededFuture(admission.before());
    }
    Ancestry ancestry = admission.ancestry();
    if (ancestry.hops() > config.maxHops()) {
      Routed expired = new Routed(Status.EXPIRED, deposit.outcomeId(), List.of(), false);
      settle(deposit, expired);
      return Future.succeededFuture(expired);
    }
    return match(deposit)
        .map(hits -> broadcast(deposit, ancestry, hits))
        .onFailure(failure -> retract(deposit));
  }

  private Future<Hits<Agent>> match(Deposit deposit) {
    Fingerprint fingerprint = deposit.fingerprint();
    SimilarityIndex<Agent> index = directory.index(Space.of(fingerprint));
    if (index != null) {
      return matcher.search(index, fingerprint.values(), config.thresholdOf(fingerprint.space()));
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

  private Routed broadcast(Deposit deposit, Ancestry ancestry, Hits<Agent> hits) {
    List<Match> matches = receivers(hits, deposit.source(), ancestry);
    RawJson packet =
        new RawJson(
            OutcomeEnvelope.packet(
                deposit.outcomeId(), deposit.source(), ancestry.hops(), deposit.members()));
    broadcastToMatches(packet, matches, deposit.acceptedMicros());
    boolean partial = replicas.certainty() != Replicas.Certainty.WHOLE;
    List<String> routedTo = matches.stream().map(match -> match.agent().id()).toList();
    Routed routed = new Routed(Status.ROUTED, deposit.outcomeId(), routedTo, partial);
    remember(deposit, ancestry, packet, matches, partial);
    settle(deposit, routed);
    return routed;
  }

  private void remember(
      Deposit deposit, Ancestry ancestry, RawJson packet, List<Match> matches, boolean partial) {
    lineages.remember(ancestry.asAncestor(deposit.outcomeId(), deposit.source()));
    recent.add(
        new RecentOutcome(
            packet,
            System.currentTimeMillis(),
            Status.ROUTED,
            matches.stream()
                .map(match -> new AgentMatch(match.agent().id(), match.rounded()))
                .toList(),
            partial));
    matches.forEach(match -> pairs.passed(deposit.source(), match.agent().id()));
  }

  /** Those of the hits that the outcome goes to, in the order of acks. */
  private List<Match> receivers(Hits<Agent> hits, @Nullable String source, Ancestry ancestry) {
    List<Match> matches = new ArrayList<>(hits.size());
    for (int i = 0; i < hits.size(); i++) {
      Agent agent = hits.entry(i);
      Registration registration = agent.registration();
      boolean isEmitter = agent.id().equals(source);
      boolean ended = ancestry.sources().contains(agent.id()) && !registration.acceptDerived();
      boolean isHolder = agent.row() != null;
      if (isHolder && !isEmitter && !ended && hits.similarity(i) >= registration.threshold()) {
        matches.add(new Match(agent, hits.similarity(i)));
      }
    }
    matches.sort(Match.ORDER);
    return matches;
  }

  /**
   * The agents that an outcome of this fingerprint reaches, in the order of acks.
   *
   * @param excludeAgentId the agent that emits; null for none
   */
  Future<List<Match>> querySimilar(Fingerprint fingerprint, @Nullable String excludeAgentId) {
    SimilarityIndex<Agent> index = directory.index(Space.of(fingerprint));
    if (index == null) {
      return Future.succeededFuture(List.of());
    }
    return matcher
        .search(index, fingerprint.values(), config.thresholdOf(fingerprint.space()))
        .map(hits -> receivers(hits, excludeAgentId, Ancestry.NONE));
  }

  /** Cosine similarity in [-1, 1]; 0 where either fingerprint is zero. */
  static double semanticMatch(float[] query, float[] candidate) {
    return Fingerprints.cosine(query, candidate);
  }

  /** Sends a packet to the gateways that hold the matches, once to each. */
  void broadcastToMatches(RawJson packet, List<Match> matches, long acceptedMicros) {
    Map<String, List<Match>> byGateway = new LinkedHashMap<>();
    for (Match match : matches) {
      byGateway.computeIfAbsent(match.agent().gateway(), id -> new ArrayList<>()).add(match);
    }
    byGateway.forEach((gateway, theirs) -> {
      long[] keys = theirs.stream().mapToLong(one -> one.agent().registration().key()).toArray();
      double[] similarities = theirs.stream().mapToDouble(Match::similarity).toArray();
      long incarnation = theirs.getFirst().agent().incarnation();
      mesh.bus()
          .send(
              Addresses.gateway(gateway),
              new Deliver(incarnation, packet, keys, similarities, acceptedMicros));
    });
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
