/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.flow.FlowServerMessage.AgentFacts;
import dev.starling.protocol.flow.FlowServerMessage.AgentStatus;
import dev.starling.protocol.flow.FlowServerMessage.Health;
import dev.starling.protocol.flow.FlowServerMessage.McpMetrics;
import dev.starling.protocol.flow.FlowWriter;
import dev.starling.protocol.mesh.AgentLabel;
import dev.starling.protocol.mesh.GatewayMessage.AgentIs;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the agents of this gateway are, and everybody's word of it. Of hosted agents their host says
 * so; of a client's agent its gateway sees some: what passed between them, and when it was last
 * heard. Gateway's loop only.
 */
final class AgentStatuses {
  private static final Health UNKNOWN = new Health(null, null, null, false, null);

  private final String node;
  private final Events events;
  private final AwakeClock awake;
  private final Map<String, AgentIs> told = new HashMap<>();

  AgentStatuses(String node, Events events, AwakeClock awake) {
    this.node = node;
    this.events = events;
    this.awake = awake;
  }

  /** How an agent is at this moment. */
  AgentIs of(Held held) {
    return switch (held.registrant()) {
      case ClientAgent client -> ofClient(held, client);
      case HostedAgent _ -> {
        AgentIs known = told.get(held.agentId());
        yield known != null ? known : offline(held.agentId(), held.registration().label());
      }
    };
  }

  /** An agent is registered, or is another than before. */
  void present(Held held) {
    switch (held.registrant()) {
      case ClientAgent client -> tell(ofClient(held, client));
      case HostedAgent _ -> {}
    }
  }

  /** A host says how an agent of its is. */
  void hosted(AgentIs is) {
    tell(is);
  }

  /** An agent is here no more, nor anywhere else. */
  void gone(String agentId, AgentLabel label) {
    AgentIs last = told.remove(agentId);
    if (last != null && last.life() != AgentLife.OFFLINE) {
      publish(offline(agentId, label));
    }
  }

  /** Tells everybody of all again: others took this gateway's agents for gone. */
  void retell() {
    told.values().forEach(this::publish);
  }

  /** An agent is on another gateway, which tells of it. */
  void movedAway(String agentId) {
    told.remove(agentId);
  }

  /** Tells of clients' agents that became active or idle; called every second. */
  void sweep(Iterable<Held> all) {
    for (Held held : all) {
      if (held.registrant() instanceof ClientAgent client) {
        AgentIs last = told.get(held.agentId());
        if (last == null || last.life() != life(held, client)) {
          tell(ofClient(held, client));
        }
      }
    }
  }

  private void tell(AgentIs is) {
    told.put(is.agentId(), is);
    publish(is);
  }

  private void publish(AgentIs is) {
    events.publish(Event.AGENT_STATUS, is.agentId(), is.message());
  }

  private static AgentLife life(Held held, ClientAgent client) {
    if (held.isPaused()) {
      return AgentLife.PAUSED;
    }
    return client.activity().isActive(System.nanoTime()) ? AgentLife.ACTIVE : AgentLife.IDLE;
  }

  private AgentIs ofClient(Held held, ClientAgent client) {
    AgentActivity activity = client.activity();
    AgentLife life = life(held, client);
    long now = System.currentTimeMillis();
    Instant heard = Instant.ofEpochMilli(now - (awake.nanos() - client.heardAt()) / 1_000_000);
    AgentLabel label = held.registration().label();
    return is(
        life,
        new AgentStatus(
            held.agentId(),
            life.word(),
            null,
            new Health(null, null, activity.tasks(), false, heard),
            label.capabilities(),
            activity.current(now).orElse(null),
            new McpMetrics(
                activity.processed(), activity.responses(), activity.errorRate().orElse(null)),
            now,
            new AgentFacts(label.kind(), label.name(), node, null, null)));
  }

  private AgentIs offline(String agentId, AgentLabel label) {
    return offline(agentId, label, node, null);
  }

  /** What is said of an agent that nobody can ask any more. */
  static AgentIs offline(
      String agentId, AgentLabel label, String lastNode, @Nullable String reason) {
    return is(
        AgentLife.OFFLINE,
        new AgentStatus(
            agentId,
            AgentLife.OFFLINE.word(),
            null,
            UNKNOWN,
            label.capabilities(),
            null,
            null,
            System.currentTimeMillis(),
            new AgentFacts(label.kind(), label.name(), lastNode, null, reason)));
  }

  private static AgentIs is(AgentLife life, AgentStatus status) {
    RawJson message = FlowWriter.json(status);
    return new AgentIs(status.agentId(), life, message);
  }
}
