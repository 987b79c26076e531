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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Tells everybody that agents are gone whose gateway was lost and cannot say so itself, and that
 * they are back when it is. Of the routers, who all know, one does: the first in line for that
 * gateway when it was lost. Router's event loop only.
 */
final class Farewells implements Replicas.Watcher {
  /**
   * As many as wait at a gateway for their turn to be told; {@code node_left} tells of the rest.
   */
  static final int MOST = 10_000;

  /** Gateways of which so many may be remembered that they were lost. */
  private static final int MOST_GATEWAYS = 1_000;

  private final Mesh mesh;
  private final RouterMetrics metrics;
  private final Set<String> lost = new LinkedHashSet<>();

  Farewells(Mesh mesh, RouterMetrics metrics) {
    this.mesh = mesh;
    this.metrics = metrics;
  }

  @Override
  public void lost(View now, List<Agent> agents) {
    if (agents.isEmpty() || !isMine(now, agents.getFirst().gateway())) {
      return;
    }
    lost.add(agents.getFirst().gateway());
    if (lost.size() > MOST_GATEWAYS) {
      lost.remove(lost.iterator().next());
    }
    tell(now, "agent_left", agents);
  }

  @Override
  public void isWhole(String gateway, Supplier<List<Agent>> agents) {
    if (lost.remove(gateway)) {
      tell(mesh.view(), "agent_joined", agents.get());
    }
  }

  private void tell(View view, String event, List<Agent> agents) {
    List<NodeInfo> gateways = view.running("gateway");
    for (Agent agent : agents.subList(0, Math.min(agents.size(), MOST))) {
      Publish word =
          new Publish(
              Event.SYSTEM_EVENT,
              agent.id(),
              FlowWriter.json(SystemEvent.ofAgent(event, agent.id(), agent.gateway())));
      gateways.forEach(gateway -> mesh.bus().send(Addresses.gateway(gateway.id()), word));
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
