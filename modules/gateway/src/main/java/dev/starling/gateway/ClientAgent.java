/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.flow.FlowServerMessage;

/**
 * An agent that runs at a client, of which the gateway knows what passes between them: one behind a
 * socket, or one whose client comes and asks by MCP.
 */
sealed interface ClientAgent extends Registrant permits Session, McpAgent {

  /** What the agent did; gateway's loop only. */
  AgentActivity activity();

  /** When anything at all last came from the client, by the gateway's time awake. */
  long heardAt();

  /** Passes on what it is told of a task; gateway's loop only. */
  void push(FlowServerMessage message);
}
