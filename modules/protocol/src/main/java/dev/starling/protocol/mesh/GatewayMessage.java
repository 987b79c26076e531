/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.frame.PathColumns;
import dev.starling.protocol.qis.QisServerMessage.Refused;
import dev.starling.protocol.qis.QisWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What gateways are told and asked, and what they answer. */
public sealed interface GatewayMessage extends MeshMessage {

  /**
   * An outcome for sessions of one gateway; unanswered.
   *
   * @param incarnation of the gateway that the registrations belong to
   * @param outcome a digest of the outcome's source and id, the same from whichever router: one
   *     that comes again, since its first router died before it told the others, is not delivered
   *     again
   * @param packet the packet's JSON as it goes on the wire
   * @param keys {@code long[n]}: the registrations it is for
   * @param similarities {@code double[n]}: each one's cosine similarity
   * @param acceptedMicros when a gateway took it in, microseconds since 1970
   */
  record Deliver(
      long incarnation,
      long outcome,
      RawJson packet,
      long[] keys,
      double[] similarities,
      long acceptedMicros)
      implements GatewayMessage {
    @Override
    public int weight() {
      return packet.bytes().length + keys.length * (Long.BYTES + Double.BYTES);
    }
  }

  /** Tells a gateway that a registration of its own was taken over elsewhere; unanswered. */
  record Evict(long incarnation, long key, long claim) implements GatewayMessage {}

  /**
   * Asks for a gateway's agents in the order of their ids, from behind {@code after}.
   *
   * @param agentId only this one; null for all
   * @param kind only those of this kind; null for all
   * @param status only those that are so; null for all
   */
  record AgentsQuery(
      String after,
      int limit,
      @Nullable String agentId,
      @Nullable String kind,
      @Nullable AgentLife status)
      implements GatewayMessage, Asks<AgentsPage> {

    /** Asks for all. */
    public AgentsQuery(String after, int limit) {
      this(after, limit, null, null, null);
    }

    @Override
    public Class<AgentsPage> answer() {
      return AgentsPage.class;
    }
  }

  /**
   * Some of a gateway's agents.
   *
   * @param more whether others follow
   */
  record AgentsPage(List<AgentView> agents, boolean more) implements GatewayMessage {
    public AgentsPage {
      agents = List.copyOf(agents);
    }
  }

  /**
   * An event for every session that subscribed to it; unanswered. Sent once to each gateway.
   *
   * @param key what it is about: where a gateway has to hold events back, only the latest one about
   *     the same is kept; empty for one that stands for itself
   * @param message the message as it goes on the wire
   */
  record Publish(Event event, String key, RawJson message) implements GatewayMessage {
    /**
     * An agent's failure, for who watches how agents are: an {@code error} of {@link
     * ErrorCode#AGENT_FAILURE}, which stands for itself, so that no later word about the agent
     * replaces it.
     *
     * @param details what is known of it, by name; values are strings or numbers
     */
    public static Publish agentFailure(String text, Map<String, Object> details) {
      RefusalException failure = new RefusalException(ErrorCode.AGENT_FAILURE, text, details);
      byte[] json = QisWriter.bytes(new Refused(null, failure));
      return new Publish(Event.AGENT_STATUS, "", new RawJson(json));
    }

    @Override
    public int weight() {
      return 64 + message.bytes().length;
    }
  }

  /**
   * An event that may be sent again by somebody who cannot know that it was sent: a gateway passes
   * on the first of its key, and does not hold it back. Unanswered.
   */
  record PublishOnce(Event event, String key, RawJson message) implements GatewayMessage {
    @Override
    public int weight() {
      return 64 + message.bytes().length;
    }
  }

  /**
   * One of the outcomes that a gateway had routed, for sessions that watch; unanswered.
   *
   * @param receivers some of the agents that it reached, most similar first
   * @param matches how many it reached
   * @param latencyMicros from its last byte in to its acknowledgement
   * @param count how many that gateway had routed since its last sample, this one among them
   * @param routedMillis milliseconds since 1970
   */
  record OutcomeSample(
      String outcomeId,
      String source,
      List<String> receivers,
      int matches,
      boolean partial,
      long latencyMicros,
      long count,
      long routedMillis)
      implements GatewayMessage {
    public OutcomeSample {
      receivers = List.copyOf(receivers);
    }
  }

  /**
   * Asks whether a gateway still waits for the answer to a change of settings that it asked for. A
   * change that it gave up, or asks another node for, must not take effect any more.
   *
   * @param attempt as in the question
   */
  record WriteCheck(long attempt) implements GatewayMessage, Asks<WriteState> {
    @Override
    public Class<WriteState> answer() {
      return WriteState.class;
    }
  }

  /** Whether it does. */
  record WriteState(boolean isAwaited) implements GatewayMessage {}

  /** Where the nodes are now. One at a time is on the way to a gateway; a later one replaces it. */
  record Positions(LayoutBlock block) implements GatewayMessage, Asks<Taken> {
    @Override
    public Class<Taken> answer() {
      return Taken.class;
    }

    @Override
    public int weight() {
      return 64 + block.count() * (Integer.BYTES + 6 * Float.BYTES);
    }
  }

  /** The shortest paths from a node that somebody at the gateway watches from, as they are now. */
  record PathTree(PathColumns columns) implements GatewayMessage, Asks<Taken> {
    @Override
    public Class<Taken> answer() {
      return Taken.class;
    }

    @Override
    public int weight() {
      return 64 + columns.distances().length * (Float.BYTES + Integer.BYTES);
    }
  }

  /** The gateway has it, and takes the next. */
  record Taken() implements GatewayMessage {}

  /** Asks a gateway for the latest block that it has, for a simulator that takes over. */
  record LastPositionsQuery() implements GatewayMessage, Asks<LastPositions> {
    @Override
    public Class<LastPositions> answer() {
      return LastPositions.class;
    }
  }

  /**
   * The latest block that a gateway has.
   *
   * @param block null where it has none
   */
  record LastPositions(@Nullable LayoutBlock block) implements GatewayMessage {}

  /**
   * Registers an agent that a role of the gateway's node hosts, or changes what it is; from that
   * role. Answered once every router knows.
   *
   * @param agentId the agent; of the same host's, it is changed
   * @param subject whose it is; empty for nobody's
   * @param fingerprint what it is about; null where it matches nothing
   * @param threshold the least cosine at which it wants outcomes; null for the space's, {@link
   *     #NO_OUTCOMES} for none at all
   * @param acceptDerived whether it also wants outcomes that derive from its own
   * @param meta a JSON object about it
   * @param tasks how many tasks it takes at a time
   * @param isHeldBack whether nothing reaches it for now, as while it starts or is paused
   * @param swarm the name of the swarm that it is of; empty where the role itself hosts it
   */
  record Enrol(
      String agentId,
      String subject,
      @Nullable Fingerprint fingerprint,
      @Nullable Double threshold,
      boolean acceptDerived,
      RawJson meta,
      int tasks,
      boolean isHeldBack,
      String swarm)
      implements GatewayMessage, Asks<Enrolled> {
    /**
     * A threshold that no cosine reaches: the agent is found by what it is about, and that is all.
     */
    public static final double NO_OUTCOMES = 2;

    @Override
    public Class<Enrolled> answer() {
      return Enrolled.class;
    }
  }

  /** It is registered; {@code threshold} is the least cosine at which outcomes reach it. */
  record Enrolled(String agentId, double threshold) implements GatewayMessage {}

  /** Takes back the registration of an agent that a role of the gateway's node hosts. */
  record Dismiss(String agentId) implements GatewayMessage, Asks<Dismissed> {
    @Override
    public Class<Dismissed> answer() {
      return Dismissed.class;
    }
  }

  /** No router knows it any more. */
  record Dismissed() implements GatewayMessage {}

  /** An outcome of an agent that a role of the gateway's node hosts; {@code packet} is its JSON. */
  record Emit(String agentId, RawJson packet)
      implements GatewayMessage, Asks<RouterMessage.Routed> {
    @Override
    public Class<RouterMessage.Routed> answer() {
      return RouterMessage.Routed.class;
    }
  }

  /**
   * How a hosted agent is now; from its host, unanswered. Everybody is told.
   *
   * @param message the {@code agent_status} as it goes on the wire
   */
  record AgentIs(String agentId, AgentLife life, RawJson message) implements GatewayMessage {}

  /**
   * Tells an agent that this gateway holds to do something.
   *
   * @param subject who says so; empty for a session without a token
   */
  record Steer(String agentId, ControlAction action, String subject)
      implements GatewayMessage, Asks<AgentsMessage.Controlled> {
    @Override
    public Class<AgentsMessage.Controlled> answer() {
      return AgentsMessage.Controlled.class;
    }
  }

  /** Gives a task to an agent that this gateway holds. */
  record Assign(String agentId, TaskBrief task) implements GatewayMessage, Asks<Assigned> {
    @Override
    public Class<Assigned> answer() {
      return Assigned.class;
    }
  }

  /** Whether the agent has the task now; one that has no room for it does not. */
  record Assigned(boolean isTaken) implements GatewayMessage {}

  /** A task of an agent that this gateway holds is not wanted any more; unanswered. */
  record Recall(String agentId, String taskId, int attempt, String reason)
      implements GatewayMessage {}

  /**
   * An agent as people and tools see it; no message by itself.
   *
   * @param space empty where it has no fingerprint
   * @param dimension 0 where it has no fingerprint
   * @param registeredMillis milliseconds since 1970
   * @param meta a JSON object
   * @param status how it is, as its {@code agent_status} goes on the wire
   */
  record AgentView(
      String agentId,
      String gateway,
      String space,
      int dimension,
      double threshold,
      long registeredMillis,
      RawJson meta,
      RawJson status) {}
}
