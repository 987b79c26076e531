/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.GatewayMessage.Dismissed;
import dev.starling.protocol.mesh.GatewayMessage.Emit;
import dev.starling.protocol.mesh.GatewayMessage.Enrol;
import dev.starling.protocol.mesh.GatewayMessage.Enrolled;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.qis.QisClientMessage.Register;
import dev.starling.protocol.qis.QisReader;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;

/**
 * The agents that the role {@code agents} of this node hosts, registered as clients' agents are.
 * Gateway's loop only.
 */
final class HostedAgents {
  private final Mesh mesh;
  private final Gateway gateway;
  private final Registrar registrar;
  private final AgentStatuses statuses;
  private final Map<String, HostedAgent> agents = new HashMap<>();

  HostedAgents(Mesh mesh, Gateway gateway, Registrar registrar, AgentStatuses statuses) {
    this.mesh = mesh;
    this.gateway = gateway;
    this.registrar = registrar;
    this.statuses = statuses;
  }

  /** Registers an agent, or changes what it is; refused where another host of the node has it. */
  Future<Enrolled> enrol(Enrol enrol) {
    String agentId = enrol.agentId();
    HostedAgent agent = agents.get(agentId);
    if (agent != null && !agent.isEnding() && !agent.swarm().equals(enrol.swarm())) {
      return Future.failedFuture(
          new RefusalException(
              ErrorCode.AGENT_ID_TAKEN,
              "agent_id: another host of this node has an agent " + agentId,
              Map.of("field", "agent_id")));
    }
    if (agent == null || agent.isEnding()) {
      agent = new HostedAgent(mesh, agentId, enrol.swarm());
      agents.put(agentId, agent);
    }
    HostedAgent enrolled = agent;
    Register register =
        new Register(
            null,
            agentId,
            enrol.fingerprint(),
            enrol.threshold(),
            null,
            enrol.meta(),
            enrol.acceptDerived(),
            enrol.tasks());
    return registrar
        .register(enrolled, register, enrol.subject(), enrol.isHeldBack())
        .onFailure(failure -> forget(enrolled, agentId))
        .map(done -> new Enrolled(done.agentId(), done.similarityThreshold()));
  }

  /** What could not be registered at all is no agent of this gateway. */
  private void forget(HostedAgent agent, String agentId) {
    if (agent.held() == null) {
      agents.remove(agentId, agent);
    }
  }

  /** Takes a registration back. */
  Future<Dismissed> dismiss(String agentId) {
    HostedAgent agent = agents.remove(agentId);
    if (agent != null) {
      agent.end();
      registrar.withdraw(agent);
    }
    statuses.movedAway(agentId);
    return Future.succeededFuture(new Dismissed());
  }

  /** Routes an outcome of a hosted agent. */
  Future<Routed> emit(Emit emit) {
    HostedAgent agent = agents.get(emit.agentId());
    Held held = agent == null ? null : agent.held();
    if (held == null) {
      return Future.failedFuture(
          new RefusalException(
              ErrorCode.NOT_REGISTERED, "agent " + emit.agentId() + " is not registered"));
    }
    return gateway.deposit(held, QisReader.packet(emit.packet().bytes()), gateway.clock().now());
  }

  /** A hosted agent lost its id to another registration. */
  void ousted(String agentId) {
    agents.remove(agentId);
  }
}
