/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.protocol.Fingerprint;
import dev.starling.vectors.Kernels;
import dev.starling.vectors.Row;
import dev.starling.vectors.SimilarityIndex;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which agent id in the whole mesh, and the index of what they are about. Of two
 * registrations of one id the higher claim holds it; the other is outdone and matches nothing.
 * Written on the router's event loop only; the indexes may be searched on any thread.
 */
final class AgentDirectory {
  private final Kernels kernels;
  private final int maxAgents;
  private final Map<String, Agent> holders = new HashMap<>();
  private final Map<Space, SimilarityIndex<Agent>> indexes = new HashMap<>();
  private Consumer<Agent> indexed = agent -> {};
  private Consumer<Agent> held = agent -> {};
  private Consumer<String> changed = agentId -> {};
  private final Map<String, Map<Integer, Integer>> dimensions = new HashMap<>();

  AgentDirectory(Kernels kernels, int maxAgents) {
    this.kernels = kernels;
    this.maxAgents = maxAgents;
  }

  /** What became of an added registration. */
  enum Outcome {
    /** It holds its agent id. */
    HOLDS,
    /** A higher claim holds the id. */
    OUTDONE,
    /** The router has no room. */
    FULL
  }

  /** What became of an added registration, and whom it outdid. */
  record Addition(Outcome outcome, @Nullable Agent outdone) {}

  /** Lets {@code listener} hear of each agent that enters an index, before the call returns. */
  void onIndexed(Consumer<Agent> listener) {
    indexed = listener;
  }

  /** Lets {@code listener} hear of each agent that holds its id from now on. */
  void onHeld(Consumer<Agent> listener) {
    held = listener;
  }

  /** Lets {@code listener} hear of each agent id that has another holder than before, or none. */
  void onChanged(Consumer<String> listener) {
    changed = listener;
  }

  /** Lets a registration claim its id. */
  Addition add(Agent agent) {
    Agent holder = holders.get(agent.id());
    if (holder == null && holders.size() >= maxAgents) {
      return new Addition(Outcome.FULL, null);
    }
    if (holder != null
        && holder.registration().claim().compareTo(agent.registration().claim()) > 0) {
      return new Addition(Outcome.OUTDONE, null);
    }
    holders.put(agent.id(), agent);
    held.accept(agent);
    // In this order the index of a space outlives the new registration of its only agent: a query
    // that waits for its turn searches that very index.
    index(agent);
    if (holder != null) {
      unindex(holder);
    }
    changed.accept(agent.id());
    return new Addition(Outcome.HOLDS, holder);
  }

  /** Forgets a registration; whether it held its id. */
  boolean remove(Agent agent) {
    if (holders.get(agent.id()) != agent) {
      return false;
    }
    holders.remove(agent.id());
    unindex(agent);
    changed.accept(agent.id());
    return true;
  }

  Optional<Agent> holder(String agentId) {
    return Optional.ofNullable(holders.get(agentId));
  }

  /** Distinct agents of the whole mesh. */
  int size() {
    return holders.size();
  }

  Collection<Agent> agents() {
    return holders.values();
  }

  /** The index of a space; null while no agent is in it. */
  @Nullable SimilarityIndex<Agent> index(Space space) {
    return indexes.get(space);
  }

  /** Bytes that the indexes take. */
  long indexBytes() {
    return indexes.values().stream().mapToLong(SimilarityIndex::bytes).sum();
  }

  /**
   * The dimension that a space of this name has; empty while no agent is in it, or where agents
   * that registered at the same moment disagree.
   */
  Optional<Integer> dimensionOf(String space) {
    Map<Integer, Integer> known = dimensions.getOrDefault(space, Map.of());
    return known.size() == 1 ? known.keySet().stream().findFirst() : Optional.empty();
  }

  /** Whether an agent is the only one in a space of this name. */
  boolean isAloneIn(String space, String agentId) {
    Map<Integer, Integer> known = dimensions.getOrDefault(space, Map.of());
    boolean one = known.values().stream().mapToInt(Integer::intValue).sum() == 1;
    return one
        && holder(agentId)
            .map(agent -> agent.registration().fingerprint())
            .filter(fingerprint -> fingerprint.space().equals(space))
            .isPresent();
  }

  private void index(Agent agent) {
    Fingerprint fingerprint = agent.registration().fingerprint();
    if (fingerprint == null) {
      return;
    }
    Space space = Space.of(fingerprint);
    SimilarityIndex<Agent> index =
        indexes.computeIfAbsent(
            space, one -> new SimilarityIndex<>(one.dimension(), kernels, maxAgents + 1));
    agent.indexedAt(index.add(fingerprint.values(), agent));
    indexed.accept(agent);
    dimensions
        .computeIfAbsent(space.name(), name -> new HashMap<>())
        .merge(space.dimension(), 1, Integer::sum);
  }

  private void unindex(Agent agent) {
    Fingerprint fingerprint = agent.registration().fingerprint();
    Row<Agent> row = agent.row();
    if (fingerprint == null || row == null) {
      return;
    }
    Space space = Space.of(fingerprint);
    SimilarityIndex<Agent> index = indexes.get(space);
    if (index != null) {
      index.remove(row);
      agent.indexedAt(null);
    }
    forgetDimension(space);
  }

  private void forgetDimension(Space space) {
    Map<Integer, Integer> known = dimensions.get(space.name());
    if (known == null) {
      return;
    }
    known.computeIfPresent(space.dimension(), (dimension, count) -> count > 1 ? count - 1 : null);
    if (!known.containsKey(space.dimension())) {
      indexes.remove(space);
    }
    if (known.isEmpty()) {
      dimensions.remove(space.name());
    }
  }
}
