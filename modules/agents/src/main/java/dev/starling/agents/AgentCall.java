/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.agent.sdk.Task;
import dev.starling.protocol.RawJson;

/** Something that an agent is called with. */
sealed interface AgentCall {
  /** Bytes that it keeps while it waits, beside what is small or kept elsewhere. */
  default long bytes() {
    return 0;
  }

  /** An outcome reached it, which is read on the agent's own context: it may be large. */
  record OutcomeCame(RawJson packet, double similarity) implements AgentCall {
    @Override
    public long bytes() {
      return packet.bytes().length;
    }
  }

  /** It was given a task. */
  record TaskCame(Task task) implements AgentCall {}

  /** A task of its is not wanted any more. */
  record TaskWithdrawn(Task task) implements AgentCall {}
}
