/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/**
 * Any other server: it is one agent itself, always idle, and its tools are what it can do. There is
 * nothing to spawn; its tools are called by name.
 */
record Generic(Toolbox tools) implements Dialect {
  /** What the agent is, in place of a role. */
  private static final String TYPE = "mcp-server";

  private static final int MOST_CAPABILITIES = 512;

  @Override
  public String label() {
    return "generic";
  }

  @Override
  public Set<Ability> abilities() {
    return Set.of();
  }

  /** The server's own id as an agent. */
  String agentId() {
    return tools.server();
  }

  @Override
  public Future<List<AgentView>> agents() {
    List<String> names = tools.names().stream().limit(MOST_CAPABILITIES).toList();
    return Future.succeededFuture(
        List.of(
            new AgentView(
                agentId(),
                agentId(),
                TYPE,
                AgentState.IDLE,
                null,
                names,
                null,
                null,
                null,
                null,
                true)));
  }
}
