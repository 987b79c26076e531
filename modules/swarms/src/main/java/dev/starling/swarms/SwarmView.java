/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import org.jspecify.annotations.Nullable;

/**
 * A swarm as its server tells of it; null is what it does not say.
 *
 * @param swarmId the server's id for it
 * @param status the server's word
 * @param topology the server's word
 * @param maxAgents how many agents it may have
 * @param agentCount how many agents it has
 * @param taskCount how many tasks it has
 */
public record SwarmView(
    String swarmId,
    @Nullable String status,
    @Nullable String topology,
    @Nullable Integer maxAgents,
    @Nullable Integer agentCount,
    @Nullable Integer taskCount) {
  /** What this and an earlier view say together: a later one may leave out what stays the same. */
  SwarmView over(@Nullable SwarmView earlier) {
    if (earlier == null || !earlier.swarmId.equals(swarmId)) {
      return this;
    }
    return new SwarmView(
        swarmId,
        status == null ? earlier.status : status,
        topology == null ? earlier.topology : topology,
        maxAgents == null ? earlier.maxAgents : maxAgents,
        agentCount == null ? earlier.agentCount : agentCount,
        taskCount == null ? earlier.taskCount : taskCount);
  }

  /** Whether the swarm is no more. */
  boolean isOver() {
    return AgentState.of(status) == AgentState.OFFLINE;
  }
}
