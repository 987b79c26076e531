/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One gateway's registrations as this router holds them, and how surely they are the gateway's own.
 * Router's event loop only.
 */
final class GatewayReplica {
  private final long incarnation;
  private final Map<Long, Agent> agents = new HashMap<>();
  private final List<Long> outdone = new ArrayList<>();
  private final Set<Long> unconfirmed = new HashSet<>();
  private long sequence;
  private long hash;
  private boolean whole;
  private long provenAt;
  private boolean proven;

  GatewayReplica(long incarnation) {
    this.incarnation = incarnation;
  }

  long incarnation() {
    return incarnation;
  }

  /** Whether a feed of this number follows the last one without a gap. */
  boolean follows(long next) {
    return next == sequence + 1;
  }

  void advanceTo(long now) {
    sequence = now;
  }

  @Nullable Agent put(Agent agent) {
    hash += agent.registration().digest();
    Agent before = agents.put(agent.registration().key(), agent);
    if (before != null) {
      hash -= before.registration().digest();
    }
    return before;
  }

  @Nullable Agent remove(long key) {
    Agent agent = agents.remove(key);
    if (agent != null) {
      hash -= agent.registration().digest();
    }
    return agent;
  }

  /** Every registration; a copy, since removing them changes the replica. */
  List<Agent> agents() {
    return new ArrayList<>(agents.values());
  }

  /** The registration of that key; null where there is none. */
  @Nullable Agent get(long key) {
    return agents.get(key);
  }

  /**
   * Begins a snapshot: what is here stays in use until the snapshot's end, and goes then unless the
   * snapshot named it.
   */
  void beginSnapshot() {
    unconfirmed.clear();
    unconfirmed.addAll(agents.keySet());
    whole = false;
  }

  void confirm(long key) {
    unconfirmed.remove(key);
  }

  /** Ends a snapshot, or a feed; the keys that a snapshot did not name. */
  List<Long> takeUnconfirmed() {
    List<Long> keys = List.copyOf(unconfirmed);
    unconfirmed.clear();
    return keys;
  }

  /** Refuses everything but a snapshot from now on. */
  void doubt() {
    whole = false;
    sequence = Long.MIN_VALUE / 2;
  }

  /** Whether it holds what a digest says. */
  boolean matches(int count, long digest) {
    return agents.size() == count && hash == digest;
  }

  /** Whether it holds all that the gateway held at its last feed. */
  boolean isWhole() {
    return whole;
  }

  void becomeWhole() {
    whole = true;
  }

  /**
   * Notes that the replica was the gateway's own at {@code nanos} of the router's clock or later.
   */
  void provenAt(long nanos) {
    if (!proven || nanos - provenAt > 0) {
      provenAt = nanos;
      proven = true;
    }
  }

  /** Whether the replica was proven whole at {@code nanos} of the router's clock or later. */
  boolean isProvenSince(long nanos) {
    return whole && proven && provenAt - nanos >= 0;
  }

  /**
   * Tells the gateway, with the next answer, that a higher claim elsewhere overrides one of its.
   */
  void noteOutdone(long key) {
    outdone.add(key);
  }

  List<Long> takeOutdone() {
    List<Long> keys = outdone.stream().filter(agents::containsKey).toList();
    outdone.clear();
    return keys;
  }
}
