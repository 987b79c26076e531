/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
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

  /** Asks for a gateway's agents in the order of their ids, from behind {@code after}. */
  record AgentsQuery(String after, int limit) implements GatewayMessage, Asks<AgentsPage> {
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
   * An agent as people and tools see it; no message by itself.
   *
   * @param space empty where it has no fingerprint
   * @param dimension 0 where it has no fingerprint
   * @param registeredMillis milliseconds since 1970
   * @param meta a JSON object
   */
  record AgentView(
      String agentId,
      String gateway,
      String space,
      int dimension,
      double threshold,
      long registeredMillis,
      RawJson meta) {}
}
