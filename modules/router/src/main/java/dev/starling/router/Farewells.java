/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.View;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.flow.FlowServerMessage.AgentFacts;
import dev.starling.protocol.flow.FlowServerMessage.AgentStatus;
import dev.starling.protocol.flow.FlowServerMessage.Health;
import dev.starling.protocol.flow.FlowServerMessage.SystemEvent;
import dev.starling.protocol.flow.FlowWriter;
import dev.starling.protocol.mesh.AgentLabel;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import dev.starling.protocol.mesh.NodeInfo;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells everybody that agents are gone whose gateway was lost and cannot say so itself, and that
 * they are back when it is. Of the routers, who all know, one does: the first in line for that
 * gateway when it was lost. It tells some at a time, and only what still holds when their turn
 * comes. Router's event loop only.
 */
final class Farewells implements Replicas.Watcher {
  /**
   * Agents that may wait for their turn, as many as wait at a gateway for theirs; {@code node_left}
   * tells of the rest.
   */
  static final int MOST = 10_000;

  /** Gateways of which so many may be remembered that they were lost. */
  static final int MOST_GATEWAYS = 1_000;

  /** Messages to gateways at a time: they take some 10 ms, in which no outcome is routed. */
  static final int MOST_SENDS = 1_000;

  private final Mesh mesh;
  private final AgentDirectory directory;
  private final RouterMetrics metrics;
  private final Set<String> lost = new LinkedHashSet<>();

  /** What is to be told, by agent: the latest of each. */
  private final Map<String, Word> waiting = new LinkedHashMap<>();

  /** Tells of agents that {@code directory} holds, or held. */
  Farewells(Mesh mesh, AgentDirectory directory, RouterMetrics metrics) {
    this.mesh = mesh;
    this.directory = directory;
    this.metrics = metrics;
  }

  private enum Move {
    LEFT("agent_left"),
    JOINED("agent_joined");

    private final String event;

    Move(String event) {
      this.event = event;
    }
  }

  private record Word(Move move, Agent agent) {
    String agentId() {
      return agent.id();
    }

    String gateway() {
      return agent.gateway();
    }

    /** Whether it still holds; of an agent that is elsewhere by now its new gateway tells. */
    boolean isTrue(@Nullable Agent holder) {
      return switch (move) {
        case LEFT -> holder == null;
        case JOINED -> holder != null && holder.gateway().equals(gateway());
      };
    }

    /** Who is lost goes offline before it leaves; how one is that is back its gateway tells. */
    List<Publish> messages() {
      Publish event =
          new Publish(
              Event.SYSTEM_EVENT,
              agentId(),
              FlowWriter.json(SystemEvent.ofAgent(move.event, agentId(), gateway())));
      return switch (move) {
        case LEFT -> List.of(offline(), event);
        case JOINED -> List.of(event);
      };
    }

    private Publish offline() {
      AgentLabel label = agent.registration().label();
      AgentStatus status =
          new AgentStatus(
              agentId(),
              AgentLife.OFFLINE.word(),
              null,
              new Health(null, null, null, false, null),
              label.capabilities(),
              null,
              null,
              System.currentTimeMillis(),
              new AgentFacts(label.kind(), label.name(), gateway(), null, "its node was lost"));
      return new Publish(Event.AGENT_STATUS, agentId(), FlowWriter.json(status));
    }
  }

  @Override
  public void lost(View now, List<Agent> agents) {
    if (agents.isEmpty()) {
      return;
    }
    String gateway = agents.getFirst().gateway();
    if (joinedAnew(now, gateway) || !isMine(now, gateway)) {
      return;
    }
    lost.add(gateway);
    if (lost.size() > MOST_GATEWAYS) {
      lost.remove(lost.iterator().next());
    }
    agents.forEach(agent -> offer(Move.LEFT, agent));
  }

  /**
   * One that is there, as after a split, has its agents still, and tells itself of those it lost.
   */
  private static boolean joinedAnew(View now, String gateway) {
    return now.node(gateway).isPresent();
  }

  private boolean isMine(View now, String gateway) {
    List<NodeInfo> line = now.inLine("router", gateway);
    return !line.isEmpty() && line.getFirst().id().equals(mesh.nodeId());
  }

  @Override
  public void isWhole(String gateway, Supplier<List<Agent>> agents) {
    if (lost.remove(gateway)) {
      agents.get().forEach(agent -> offer(Move.JOINED, agent));
    }
  }

  private void offer(Move move, Agent agent) {
    if (waiting.size() == MOST && !waiting.containsKey(agent.id())) {
      metrics.dropped("farewell");
      return;
    }
    waiting.put(agent.id(), new Word(move, agent));
  }

  /** Tells some of what waits; called every 100 ms. */
  void tick() {
    if (waiting.isEmpty()) {
      return;
    }
    List<NodeInfo> gateways = mesh.view().running("gateway");
    Iterator<Word> next = waiting.values().iterator();
    int left = MOST_SENDS;
    while (left > 0 && next.hasNext()) {
      left -= Math.max(1, tell(next.next(), gateways));
      next.remove();
    }
  }

  /** How many messages that took. */
  private int tell(Word word, List<NodeInfo> gateways) {
    if (!word.isTrue(directory.holder(word.agentId()).orElse(null))) {
      return 0;
    }
    List<Publish> messages = word.messages();
    for (Publish message : messages) {
      gateways.forEach(gateway -> mesh.bus().send(Addresses.gateway(gateway.id()), message));
    }
    return messages.size() * gateways.size();
  }
}
