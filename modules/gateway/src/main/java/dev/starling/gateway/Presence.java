/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.View;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.flow.FlowServerMessage.SystemEvent;
import dev.starling.protocol.json.JsonOutput;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells sessions who comes and goes. Of agents the gateway that holds them tells everybody, and of
 * those of a gateway that was lost a router; nodes every gateway sees for itself. Gateway's loop
 * only.
 */
final class Presence {
  private final String gateway;
  private final Events events;

  /** Agents of this gateway that everybody knows of. */
  private final Set<String> here = new HashSet<>();

  Presence(String gateway, Events events) {
    this.gateway = gateway;
    this.events = events;
  }

  /** An agent is here, whether it is new or was on another gateway before. */
  void agentIsHere(String agentId) {
    if (here.add(agentId)) {
      agent("agent_joined", agentId);
    }
  }

  /** An agent is here no more, nor anywhere else. */
  void agentIsGone(String agentId) {
    if (here.remove(agentId)) {
      agent("agent_left", agentId);
    }
  }

  /** An agent is on another gateway now, which tells so. */
  void agentMovedAway(String agentId) {
    here.remove(agentId);
  }

  private void agent(String event, String agentId) {
    events.publish(Event.SYSTEM_EVENT, agentId, SystemEvent.ofAgent(event, agentId, gateway));
  }

  /** Tells which nodes came and went between two views. */
  void changed(View before, View now) {
    now.nodes().values().stream()
        .filter(node -> before.node(node.id()).isEmpty())
        .forEach(node -> node("node_joined", node));
    before.nodes().values().stream()
        .filter(node -> now.node(node.id()).isEmpty())
        .forEach(node -> node("node_left", node));
  }

  private void node(String event, NodeInfo node) {
    RawJson data =
        new RawJson(
            JsonOutput.bytes(json -> {
              json.writeStartObject();
              json.writeStringField("nodeId", node.id());
              json.writeStringField("name", node.name());
              JsonOutput.texts(json, "roles", node.roles().stream().map(RoleState::role).toList());
              json.writeEndObject();
            }));
    events.local(Event.SYSTEM_EVENT, new SystemEvent(event, data), "");
  }
}
