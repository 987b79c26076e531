/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.View;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.flow.FlowServerMessage.SystemEvent;
import dev.starling.protocol.flow.FlowWriter;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import dev.starling.protocol.mesh.NodeInfo;
import java.util.List;

/**
 * Tells everybody that agents are gone whose gateway was lost and cannot say so itself. Of the
 * routers, who all know, one does: the first in line for that gateway. Router's event loop only.
 */
final class Farewells {
  /**
   * As many as wait at a gateway for their turn to be told; {@code node_left} tells of the rest.
   */
  static final int MOST = 10_000;

  private final Mesh mesh;
  private final RouterMetrics metrics;

  Farewells(Mesh mesh, RouterMetrics metrics) {
    this.mesh = mesh;
    this.metrics = metrics;
  }

  /**
   * Agents left with their gateway.
   *
   * @param now the view in which it is no more
   * @param agents all of one gateway
   */
  void lost(View now, List<Agent> agents) {
    if (agents.isEmpty() || !isMine(now, agents.getFirst().gateway())) {
      return;
    }
    List<NodeInfo> gateways = now.running("gateway");
    for (Agent agent : agents.subList(0, Math.min(agents.size(), MOST))) {
      Publish farewell =
          new Publish(
              Event.SYSTEM_EVENT,
              agent.id(),
              FlowWriter.json(SystemEvent.ofAgent("agent_left", agent.id(), agent.gateway())));
      gateways.forEach(gateway -> mesh.bus().send(Addresses.gateway(gateway.id()), farewell));
    }
    for (int i = MOST; i < agents.size(); i++) {
      metrics.dropped("farewell");
    }
  }

  private boolean isMine(View now, String gateway) {
    List<NodeInfo> line = now.inLine("router", gateway);
    return !line.isEmpty() && line.getFirst().id().equals(mesh.nodeId());
  }
}
