/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An agent of a swarm as its server tells of it; null is what it does not say.
 *
 * @param agentId the server's id, to be taken as it is
 * @param name what it is called; its id where it has no name
 * @param type what it is, such as {@code researcher}
 * @param state its state in a word of ours
 * @param status its state in the server's word
 * @param capabilities what it can do: as the server says, or else as was asked for when it was
 *     spawned here
 * @param health 0 to 1 as the server claims; nobody measured it
 * @param taskCount as the server counts them
 * @param createdAt ms since 1970
 * @param lastResult what it made last, as JSON
 * @param isConnected whether its server is connected; where it is not, the rest is what was known
 *     last
 */
public record AgentView(
    String agentId,
    String name,
    @Nullable String type,
    AgentState state,
    @Nullable String status,
    List<String> capabilities,
    @Nullable Double health,
    @Nullable Integer taskCount,
    @Nullable Long createdAt,
    @Nullable String lastResult,
    boolean isConnected) {
  /** Copies the list. */
  public AgentView {
    capabilities = List.copyOf(capabilities);
  }

  /** An agent as a row of one of these servers has it. */
  static @Nullable AgentView of(Row row) {
    String id = row.text("agentId", "id");
    if (id == null || id.isBlank()) {
      return null;
    }
    return new AgentView(
        id,
        row.textOr("name", id),
        row.text("agentType", "type"),
        AgentState.of(row.text("status")),
        row.text("status"),
        row.texts("capabilities"),
        row.number("health"),
        row.count("taskCount"),
        row.instant("createdAt"),
        row.json("lastResult"),
        true);
  }

  /** What this and an earlier view say together: lists leave out what other answers have. */
  AgentView over(AgentView earlier) {
    return new AgentView(
        agentId,
        name.equals(agentId) ? earlier.name : name,
        type == null ? earlier.type : type,
        status == null ? earlier.state : state,
        status == null ? earlier.status : status,
        capabilities.isEmpty() ? earlier.capabilities : capabilities,
        health == null ? earlier.health : health,
        taskCount == null ? earlier.taskCount : taskCount,
        createdAt == null ? earlier.createdAt : createdAt,
        lastResult == null ? earlier.lastResult : lastResult,
        isConnected);
  }

  /** This agent with what was asked for when it was spawned. */
  AgentView spawnedAs(AgentPlan plan) {
    AgentView asked =
        new AgentView(
            agentId,
            plan.name(),
            plan.type(),
            AgentState.UNKNOWN,
            null,
            plan.capabilities(),
            null,
            null,
            null,
            null,
            true);
    return over(asked);
  }

  AgentView connected(boolean isThere) {
    return new AgentView(
        agentId,
        name,
        type,
        state,
        status,
        capabilities,
        health,
        taskCount,
        createdAt,
        lastResult,
        isThere);
  }
}
