/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.fabric.RosterReader;
import dev.starling.protocol.mesh.RosterChange;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The agents of the mesh that take tasks or have some, and who among them may have which task. */
final class AgentBook implements RosterReader.Listener {
  /** Hears what becomes of agents. */
  interface Watcher {
    /** An agent may have room that it had not. */
    void maybeFree(AgentEntry agent);

    /** An agent left, or is held elsewhere now: it has none of its tasks any more. */
    void lost(AgentEntry agent, String why);

    /** All agents are known. */
    void isWhole();
  }

  private final Watcher watcher;
  private final Map<String, AgentEntry> agents = new HashMap<>();
  private final Map<Lane, Map<String, AgentEntry>> bySkill = new HashMap<>();
  private final Set<String> unnamed = new HashSet<>();
  private boolean isReadingWhole;
  private boolean isWhole;

  AgentBook(Watcher watcher) {
    this.watcher = watcher;
  }

  /** Whether all agents are known. */
  boolean isKnownWhole() {
    return isWhole;
  }

  Optional<AgentEntry> agent(String agentId) {
    return Optional.ofNullable(agents.get(agentId));
  }

  int size() {
    return agents.size();
  }

  /** Of the agents of a lane that have room, and that may be, the one with the fewest tasks. */
  Optional<AgentEntry> leastBusy(Lane lane, long nowNanos, Predicate<AgentEntry> mayBe) {
    Predicate<AgentEntry> fits = agent -> agent.hasRoom(nowNanos) && mayBe.test(agent);
    return switch (lane) {
      case Lane.OfAgent(String agentId) -> agent(agentId).filter(fits);
      case Lane.OfSkill skill -> leastBusy(skill, fits);
    };
  }

  private Optional<AgentEntry> leastBusy(Lane.OfSkill skill, Predicate<AgentEntry> fits) {
    AgentEntry best = null;
    for (AgentEntry agent : bySkill.getOrDefault(skill, Map.of()).values()) {
      if (fits.test(agent) && (best == null || agent.tasks().size() < best.tasks().size())) {
        best = agent;
        if (agent.tasks().isEmpty()) {
          break;
        }
      }
    }
    return Optional.ofNullable(best);
  }

  /** Whether a lane has any agent that takes tasks, and be it not now. */
  boolean hasWorkers(Lane lane) {
    return switch (lane) {
      case Lane.OfAgent(String agentId) -> agent(agentId).isPresent();
      case Lane.OfSkill skill ->
          bySkill.getOrDefault(skill, Map.of()).values().stream()
              .anyMatch(agent -> agent.label().tasks() > 0);
    };
  }

  @Override
  public void beginsAnew() {
    isReadingWhole = true;
    unnamed.clear();
    unnamed.addAll(agents.keySet());
  }

  @Override
  public void changed(List<RosterChange> changes) {
    for (RosterChange change : changes) {
      unnamed.remove(change.agentId());
      switch (change) {
        case RosterChange.Present present -> present(present);
        case RosterChange.Absent(String agentId) -> absent(agentId);
      }
    }
  }

  private void present(RosterChange.Present told) {
    AgentEntry known = agents.get(told.agentId());
    if (known == null) {
      AgentEntry agent = new AgentEntry(told.agentId(), told.label(), told.gateway());
      agents.put(agent.agentId(), agent);
      index(agent);
      watcher.maybeFree(agent);
      return;
    }
    boolean hasMoved = !known.node().equals(told.gateway());
    if (hasMoved) {
      watcher.lost(known, "its agent moved to another node");
    }
    unindex(known);
    known.is(told.label(), told.gateway());
    index(known);
    watcher.maybeFree(known);
  }

  private void absent(String agentId) {
    AgentEntry gone = agents.remove(agentId);
    if (gone != null) {
      unindex(gone);
      watcher.lost(gone, "its agent left the mesh");
    }
  }

  private void index(AgentEntry agent) {
    agent.lanes().stream()
        .filter(lane -> lane instanceof Lane.OfSkill)
        .forEach(lane ->
            bySkill
                .computeIfAbsent(lane, first -> new LinkedHashMap<>())
                .put(agent.agentId(), agent));
  }

  private void unindex(AgentEntry agent) {
    agent
        .lanes()
        .forEach(lane -> {
          Map<String, AgentEntry> of = bySkill.get(lane);
          if (of != null) {
            of.remove(agent.agentId());
            if (of.isEmpty()) {
              bySkill.remove(lane);
            }
          }
        });
  }

  @Override
  public void isWhole() {
    if (isReadingWhole) {
      isReadingWhole = false;
      List.copyOf(unnamed).forEach(this::absent);
      unnamed.clear();
      isWhole = true;
      watcher.isWhole();
    }
  }

  /** The agents, to be looked through. */
  Iterable<AgentEntry> all() {
    return List.copyOf(agents.values());
  }
}
