/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.agent.sdk.Outcome;
import dev.starling.agent.sdk.Task;

/** Something that an agent is called with. */
sealed interface AgentCall {
  /** An outcome reached it. */
  record OutcomeCame(Outcome outcome) implements AgentCall {}

  /** It was given a task. */
  record TaskCame(Task task) implements AgentCall {}

  /** A task of its is not wanted any more. */
  record TaskWithdrawn(Task task) implements AgentCall {}
}
