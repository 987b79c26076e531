/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

/** What may be asked of a swarm's server; which of these it can do depends on its dialect. */
public enum Ability {
  /** Start a swarm. */
  START_SWARM,
  /** Tell how a swarm is. */
  SWARM_STATUS,
  /** End a swarm. */
  SHUT_DOWN_SWARM,
  /** Spawn an agent. */
  SPAWN,
  /** Tell more of one agent than the list has. */
  AGENT_STATUS,
  /** End an agent. */
  TERMINATE,
  /** Pause an agent, and have it go on. */
  PAUSE,
  /** Take a task. */
  SUBMIT_TASK,
  /** Give a task that it has to an agent. */
  ASSIGN_TASK,
  /** Tell how a task goes on. */
  TASK_STATUS,
  /** List its tasks. */
  LIST_TASKS,
  /** Call a task off. */
  CANCEL_TASK
}
