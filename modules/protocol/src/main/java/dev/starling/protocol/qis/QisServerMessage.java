/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything the mesh replies in the QIS dialect; pushed outcomes are {@link OutcomeEnvelope}s. */
public sealed interface QisServerMessage {

  /** The {@code id} of the message that this answers; null where it had none. */
  @Nullable RawJson id();

  /**
   * The registration holds on every router of the mesh.
   *
   * @param agentCount agents of the whole mesh
   * @param similarityThreshold the least cosine at which outcomes reach this agent
   * @param gateway the node that holds the session
   */
  record Registered(
      @Nullable RawJson id,
      String agentId,
      int agentCount,
      double similarityThreshold,
      String gateway)
      implements QisServerMessage {}

  /**
   * What became of an outcome.
   *
   * @param status {@code routed}, {@code duplicate} or {@code expired}
   * @param routedTo agent ids, most similar first
   * @param partial whether agents may have been missed because part of the mesh did not answer
   */
  record OutcomeAck(
      @Nullable RawJson id, String status, String outcomeId, List<String> routedTo, boolean partial)
      implements QisServerMessage {
    public OutcomeAck {
      routedTo = List.copyOf(routedTo);
    }
  }

  /** The agents closest to what was asked, most similar first. */
  record QueryResult(@Nullable RawJson id, List<Similar> agents) implements QisServerMessage {
    public QueryResult {
      agents = List.copyOf(agents);
    }
  }

  /** An agent and its cosine similarity, rounded to four digits. */
  record Similar(String agentId, double similarity) {}

  /**
   * The answer to a ping.
   *
   * @param timestamp the ping's; null where it had none, and then {@code serverTime} is left out
   * @param serverTime milliseconds since 1970
   */
  record Pong(@Nullable RawJson id, @Nullable RawJson timestamp, long serverTime)
      implements QisServerMessage {}

  /** A refusal. */
  record Refused(@Nullable RawJson id, RefusalException refusal) implements QisServerMessage {}
}
