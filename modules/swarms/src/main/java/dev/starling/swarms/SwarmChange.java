/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import org.jspecify.annotations.Nullable;

/** What a follower tells of a server, in the order in which it learnt it. */
public sealed interface SwarmChange {
  /** The connection stands elsewhere; told of every state, before what follows from it. */
  record ConnectionChanged(ConnectionState state, String reason) implements SwarmChange {}

  /**
   * The server answers.
   *
   * @param dialect by which it is asked
   * @param isAgain whether it was connected before
   */
  record Connected(ServerFacts server, String dialect, boolean isAgain) implements SwarmChange {}

  /**
   * The server, which answered, does not any more. Each of its agents is told to be out of reach
   * after this.
   */
  record Disconnected(String reason) implements SwarmChange {}

  /** The server is not tried any more, until somebody starts the follower again. */
  record GivenUp(String reason) implements SwarmChange {}

  /** The server has a swarm: one that was started now, or was found. */
  record SwarmStarted(SwarmView swarm) implements SwarmChange {}

  /** Something about the swarm is different. */
  record SwarmChanged(SwarmView before, SwarmView swarm) implements SwarmChange {}

  /** The swarm is no more. */
  record SwarmEnded(SwarmView last) implements SwarmChange {}

  /** The server has an agent that it had not. */
  record AgentAppeared(AgentView agent) implements SwarmChange {}

  /** Something about an agent is different. */
  record AgentChanged(AgentView before, AgentView agent) implements SwarmChange {}

  /** The server has this agent no more. */
  record AgentGone(AgentView last) implements SwarmChange {}

  /**
   * Something about a task is different.
   *
   * @param before null where the task is new
   */
  record TaskChanged(@Nullable TaskView before, TaskView task) implements SwarmChange {}

  /** The server knows nothing of this task any more, which was not over. */
  record TaskGone(TaskView last) implements SwarmChange {}

  /** The server's process was measured. */
  record HealthMeasured(ServerHealth health) implements SwarmChange {}
}
