/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import dev.starling.swarms.SwarmFailure.Kind;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one family of servers wants to be asked, and what its answers mean. Chosen by the tools that
 * a server lists, never by the name that it gives itself. What a dialect does not implement fails
 * with {@link Kind#UNSUPPORTED}.
 *
 * <p>Thread rule as of the follower: its context only.
 */
sealed interface Dialect permits ClaudeFlow3, ClaudeFlow2, RuvSwarm, Generic {
  /** The dialect of a server with these tools. */
  static Dialect of(Toolbox tools) {
    if (tools.has("task_create") && tools.has("agent_spawn")) {
      return new ClaudeFlow3(tools);
    }
    if (tools.has("task_orchestrate") && tools.has("agent_spawn")) {
      return tools.has("swarm_destroy") ? new ClaudeFlow2(tools) : new RuvSwarm(tools);
    }
    return new Generic(tools);
  }

  /** What this dialect is called, in the configuration and for people. */
  String label();

  /** What servers of this dialect can do; the one that is connected may lack tools for some. */
  Set<Ability> abilities();

  /**
   * Whether what such a server tells of the work on its tasks is a simulation. Their states are
   * told on as the server's, its figures are not.
   */
  default boolean simulatesWork() {
    return false;
  }

  /** Whether the server spawns agents of this type. */
  default boolean offers(String type) {
    return false;
  }

  /** The agents that the server has now. */
  Future<List<AgentView>> agents();

  /** Starts a swarm. */
  default Future<SwarmView> startSwarm(SwarmPlan plan) {
    return unsupported("start a swarm");
  }

  /** The swarm of this id, or the server's latest; empty where it has none. */
  default Future<Optional<SwarmView>> swarm(@Nullable String swarmId) {
    return unsupported("tell of swarms");
  }

  /** Ends a swarm. */
  default Future<Void> shutDown(String swarmId) {
    return unsupported("end a swarm");
  }

  /** Spawns an agent, in a swarm where there is one. */
  default Future<AgentView> spawn(AgentPlan plan, @Nullable String swarmId) {
    return unsupported("spawn an agent");
  }

  /** One agent, with what the list leaves out. */
  default Future<AgentView> agent(String agentId) {
    return unsupported("tell of one agent");
  }

  /** Ends an agent. */
  default Future<Void> terminate(String agentId) {
    return unsupported("end an agent");
  }

  /** Pauses an agent. */
  default Future<Void> pause(String agentId) {
    return unsupported("pause an agent");
  }

  /**
   * Has a paused agent go on.
   *
   * @param isBusy whether a task waits for it
   */
  default Future<Void> resume(String agentId, boolean isBusy) {
    return unsupported("resume an agent");
  }

  /** Takes a task, and gives it to the agents of the plan. */
  default Future<TaskView> submit(TaskPlan plan) {
    return unsupported("take a task");
  }

  /** Gives a task to these agents. */
  default Future<TaskView> assign(String taskId, List<String> agents) {
    return unsupported("assign a task");
  }

  /** How one task is. */
  default Future<TaskView> task(String taskId) {
    return unsupported("tell of tasks");
  }

  /**
   * The tasks that the server has.
   *
   * @param most how many at most
   */
  default Future<List<TaskView>> tasks(int most) {
    return unsupported("list tasks");
  }

  /** Calls a task off. */
  default Future<Void> cancel(String taskId, String reason) {
    return unsupported("cancel a task");
  }

  private <T> Future<T> unsupported(String what) {
    return Future.failedFuture(
        SwarmFailure.unsent(Kind.UNSUPPORTED, "a " + label() + " server cannot " + what));
  }
}
