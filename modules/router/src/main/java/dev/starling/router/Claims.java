/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.RouterMessage.Claim;
import dev.starling.protocol.mesh.RouterMessage.Claimed;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Numbers the claims to the agent ids that this router owns. Numbers follow the wall clock in
 * microseconds but never fall, and exceed whatever number the id was claimed with before. An id
 * that was granted belongs to its subject until the registration is here, or does not come within
 * {@link #PENDING_MICROS}. Router's event loop only.
 */
final class Claims {
  /** Longer than a gateway tries to register. */
  static final long PENDING_MICROS = 5_000_000;

  /** Grants that wait for their registration; over it the oldest is forgotten, and counted. */
  static final int MOST_PENDING = 100_000;

  private record Grant(String subject, long number) {}

  private final AgentDirectory directory;
  private final RoutingSettings settings;
  private final LongSupplier microClock;
  private final Runnable forgotten;
  private final LinkedHashMap<String, Grant> pending = new LinkedHashMap<>();
  private long last;

  /**
   * The claims of a router that has none yet.
   *
   * @param forgotten hears of each grant that had to make room
   */
  Claims(
      AgentDirectory directory,
      RoutingSettings settings,
      LongSupplier microClock,
      Runnable forgotten) {
    this.directory = directory;
    this.settings = settings;
    this.microClock = microClock;
    this.forgotten = forgotten;
    directory.onHeld(agent -> pending.remove(agent.id()));
  }

  /**
   * Grants a claim.
   *
   * @throws RefusalException AGENT_ID_TAKEN where another subject holds the id or is about to,
   *     INVALID_FINGERPRINT where the space has another dimension
   */
  Claimed grant(Claim claim) {
    requireDimension(claim);
    Optional<Agent> holder = directory.holder(claim.agentId());
    holder.ifPresent(agent -> requireSameSubject(agent.registration().subject(), claim));
    forgetOld();
    Grant before = pending.get(claim.agentId());
    if (before != null) {
      requireSameSubject(before.subject(), claim);
    }
    long known = holder.map(agent -> agent.registration().claim().number()).orElse(0L);
    last = Math.max(Math.max(last, known) + 1, microClock.getAsLong());
    remember(claim);
    String space = claim.space();
    double threshold = space == null ? settings.similarityThreshold() : settings.thresholdOf(space);
    return new Claimed(
        last,
        holder.map(Agent::gateway).orElse(null),
        holder.map(agent -> agent.registration().key()).orElse(0L),
        threshold);
  }

  private void forgetOld() {
    Iterator<Grant> oldest = pending.values().iterator();
    while (oldest.hasNext() && microClock.getAsLong() - oldest.next().number() > PENDING_MICROS) {
      oldest.remove();
    }
  }

  private void remember(Claim claim) {
    pending.remove(claim.agentId());
    if (pending.size() == MOST_PENDING) {
      pending.pollFirstEntry();
      forgotten.run();
    }
    pending.put(claim.agentId(), new Grant(claim.subject(), last));
  }

  private static void requireSameSubject(String holder, Claim claim) {
    if (!holder.equals(claim.subject())) {
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
