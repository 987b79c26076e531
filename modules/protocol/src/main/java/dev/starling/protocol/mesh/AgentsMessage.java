/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.flow.ControlAction;

/**
 * What the keepers of agents are asked, and what they answer. How agents are they tell gateways by
 * {@link GatewayMessage.Publish}: statuses under the agent's id, so that the latest arrives, and
 * failures by {@link GatewayMessage.Publish#agentFailure}, each of which arrives.
 */
public sealed interface AgentsMessage extends MeshMessage {

  /**
   * Tells an agent to do something.
   *
   * @param subject who says so; empty for a session without a token
   */
  record Control(String agentId, ControlAction action, String subject)
      implements AgentsMessage, Asks<Controlled> {
    @Override
    public Class<Controlled> answer() {
      return Controlled.class;
    }
  }

  /** It does; {@code status} is how it is now. */
  record Controlled(String agentId, String status) implements AgentsMessage {}
}
