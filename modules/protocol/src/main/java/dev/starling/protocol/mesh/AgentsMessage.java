/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.ControlAction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What hosts of agents are asked and told, and what they answer. Which agents a host has its node's
 * gateway knows ({@link GatewayMessage.Enrol}), which also tells everybody how they are.
 */
public sealed interface AgentsMessage extends MeshMessage {

  /**
   * Tells an agent of this host to do something.
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

  /** Asks a host which kinds of agents it can start, and whether it has room. */
  record OfferQuery() implements AgentsMessage, Asks<Offer> {
    @Override
    public Class<Offer> answer() {
      return Offer.class;
    }
  }

  /**
   * What a host can start.
   *
   * @param agents how many it has
   * @param most how many it may have
   * @param swarms the names of the swarms that its node may follow, each of which is a host too
   */
  record Offer(List<String> kinds, int agents, int most, List<String> swarms)
      implements AgentsMessage {
    public Offer {
      kinds = List.copyOf(kinds);
      swarms = List.copyOf(swarms);
    }

    /** Of a host beside which there are no swarms. */
    public Offer(List<String> kinds, int agents, int most) {
      this(kinds, agents, most, List.of());
    }
  }

  /**
   * Starts an agent; answered once the mesh knows it, or three seconds later.
   *
   * @param name null for the kind's own
   * @param profile what it is about, in words; null for the kind's own
   * @param subject whose it will be; empty for a session without a token
   */
  record Spawn(String kind, @Nullable String name, @Nullable String profile, String subject)
      implements AgentsMessage, Asks<Spawned> {
    @Override
    public Class<Spawned> answer() {
      return Spawned.class;
    }
  }

  /** It is starting. */
  record Spawned(String agentId) implements AgentsMessage {}

  /**
   * An outcome for an agent of this host; from the gateway of its node, unanswered.
   *
   * @param packet the packet's JSON as it goes on the wire
   * @param acceptedMicros when a gateway took it in, microseconds since 1970
   */
  record Incoming(String agentId, RawJson packet, double similarity, long acceptedMicros)
      implements AgentsMessage {}

  /**
   * An agent of this host lost its id to another registration; from the gateway of its node,
   * unanswered.
   */
  record Ousted(String agentId, String reason) implements AgentsMessage {}

  /** Gives a task to an agent of this host; from the gateway of its node. */
  record Perform(String agentId, TaskBrief task)
      implements AgentsMessage, Asks<GatewayMessage.Assigned> {
    @Override
    public Class<GatewayMessage.Assigned> answer() {
      return GatewayMessage.Assigned.class;
    }
  }

  /**
   * Asks a node that may follow a swarm how that is.
   *
   * @param whole whether with its agents and tasks
   */
  record SwarmQuery(boolean whole) implements AgentsMessage, Asks<SwarmIs> {
    @Override
    public Class<SwarmIs> answer() {
      return SwarmIs.class;
    }
  }

  /** Has the server of a swarm start one; answered by the node that follows it. */
  record SwarmStart(String topology, int maxAgents, String strategy)
      implements AgentsMessage, Asks<SwarmIs> {
    @Override
    public Class<SwarmIs> answer() {
      return SwarmIs.class;
    }
  }

  /** Has the server of a swarm end it; answered by the node that follows it. */
  record SwarmShutDown() implements AgentsMessage, Asks<SwarmIs> {
    @Override
    public Class<SwarmIs> answer() {
      return SwarmIs.class;
    }
  }

  /** Tries a server anew that was given up; answered by the node that follows it. */
  record SwarmConnect() implements AgentsMessage, Asks<SwarmIs> {
    @Override
    public Class<SwarmIs> answer() {
      return SwarmIs.class;
    }
  }

  /**
   * How a swarm is.
   *
   * @param isFollowed whether the node that answers is the one that follows it
   * @param report a JSON object, as it is shown
   */
  record SwarmIs(boolean isFollowed, RawJson report) implements AgentsMessage {
    @Override
    public int weight() {
      return 64 + report.bytes().length;
    }
  }

  /** A task of an agent of this host is not wanted any more; unanswered. */
  record Desist(String agentId, String taskId, int attempt, String reason)
      implements AgentsMessage {}
}
