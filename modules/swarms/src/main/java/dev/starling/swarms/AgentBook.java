/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import dev.starling.swarms.SwarmChange.AgentAppeared;
import dev.starling.swarms.SwarmChange.AgentChanged;
import dev.starling.swarms.SwarmChange.AgentGone;
import dev.starling.swarms.SwarmFailure.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The agents of a server as they were told of last, and what that changes. For one context. */
final class AgentBook {
  private final int most;
  private final SwarmFigures figures;
  private final Consumer<SwarmChange> tell;
  private final Map<String, AgentView> agents = new LinkedHashMap<>();
  private final Map<String, AgentCalls> calls = new LinkedHashMap<>();

  AgentBook(int most, SwarmFigures figures, Consumer<SwarmChange> tell) {
    this.most = most;
    this.figures = figures;
    this.tell = tell;
  }

  List<AgentView> all() {
    return List.copyOf(agents.values());
  }

  @Nullable AgentView get(String agentId) {
    return agents.get(agentId);
  }

  AgentCalls calls(String agentId) {
    return calls.getOrDefault(agentId, AgentCalls.NONE);
  }

  /**
   * A call about an agent ended. What was not sent or was taken back is not counted, nor what is
   * not in the book.
   */
  void called(String agentId, @Nullable Throwable failure) {
    if (isCounted(failure) && agents.containsKey(agentId)) {
      calls.put(agentId, calls(agentId).and(failure == null));
    }
  }

  private static boolean isCounted(@Nullable Throwable failure) {
    if (failure == null) {
      return true;
    }
    SwarmFailure known = SwarmFailure.of(failure);
    return known.isSent() && known.kind() != Kind.UNSUPPORTED && known.kind() != Kind.WITHDRAWN;
  }

  /**
   * The server listed its agents; those that are not among them are gone.
   *
   * @return the ids of those that are new or different
   */
  List<String> listed(List<AgentView> rows) {
    List<String> different = new ArrayList<>();
    Set<String> there = new HashSet<>();
    for (AgentView row : rows) {
      there.add(row.agentId());
      if (told(row)) {
        different.add(row.agentId());
      }
    }
    for (AgentView known : all()) {
      if (!there.contains(known.agentId())) {
        gone(known.agentId());
      }
    }
    return different;
  }

  /**
   * The server told of one agent.
   *
   * @return whether that is news
   */
  boolean told(AgentView row) {
    AgentView before = agents.get(row.agentId());
    if (before == null) {
      if (agents.size() >= most) {
        figures.leftOut(1);
        return false;
      }
      agents.put(row.agentId(), row);
      tell.accept(new AgentAppeared(row));
      return true;
    }
    AgentView now = row.over(before);
    if (now.equals(before)) {
      return false;
    }
    agents.put(row.agentId(), now);
    tell.accept(new AgentChanged(before, now));
    return true;
  }

  void gone(String agentId) {
    AgentView last = agents.remove(agentId);
    calls.remove(agentId);
    if (last != null) {
      tell.accept(new AgentGone(last));
    }
  }

  /** The server is away: its agents are what they were, as far as anybody knows. */
  void disconnected() {
    for (AgentView known : all()) {
      if (known.isConnected()) {
        AgentView now = known.connected(false);
        agents.put(now.agentId(), now);
        tell.accept(new AgentChanged(known, now));
      }
    }
  }
}
