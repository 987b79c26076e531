/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.RouterMessage.Claim;
import dev.starling.protocol.mesh.RouterMessage.Claimed;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Numbers the claims to the agent ids that this router owns. Numbers follow the wall clock in
 * microseconds but never fall, and exceed whatever number the id was claimed with before. Router's
 * event loop only.
 */
final class Claims {
  private final AgentDirectory directory;
  private final RoutingSettings settings;
  private final LongSupplier microClock;
  private long last;

  Claims(AgentDirectory directory, RoutingSettings settings, LongSupplier microClock) {
    this.directory = directory;
    this.settings = settings;
    this.microClock = microClock;
  }

  /**
   * Grants a claim.
   *
   * @throws RefusalException AGENT_ID_TAKEN where another subject holds the id, INVALID_FINGERPRINT
   *     where the space has another dimension
   */
  Claimed grant(Claim claim) {
    requireDimension(claim);
    Optional<Agent> holder = directory.holder(claim.agentId());
    holder.ifPresent(agent -> requireSameSubject(agent, claim));
    long known = holder.map(agent -> agent.registration().claim().number()).orElse(0L);
    last = Math.max(Math.max(last, known) + 1, microClock.getAsLong());
    String space = claim.space();
    double threshold = space == null ? settings.similarityThreshold() : settings.thresholdOf(space);
    return new Claimed(
        last,
        holder.map(Agent::gateway).orElse(null),
        holder.map(agent -> agent.registration().key()).orElse(0L),
        threshold);
  }

  private static void requireSameSubject(Agent holder, Claim claim) {
    if (!holder.registration().subject().equals(claim.subject())) {
      throw new RefusalException(
          ErrorCode.AGENT_ID_TAKEN,
          "agent_id: " + claim.agentId() + " is held by another subject; choose another id",
          Map.of("field", "agent_id"));
    }
  }

  private void requireDimension(Claim claim) {
    String space = claim.space();
    if (space == null) {
      return;
    }
    Optional<Integer> known = directory.dimensionOf(space);
    boolean differs = known.isPresent() && known.get() != claim.dimension();
    if (differs && !directory.isAloneIn(space, claim.agentId())) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_FINGERPRINT,
          "fingerprint",
          known.get() + " numbers, as the space \"" + space + "\" has",
          claim.dimension() + " numbers");
    }
  }
}
