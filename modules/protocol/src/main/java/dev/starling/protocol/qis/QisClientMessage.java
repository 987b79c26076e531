/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import org.jspecify.annotations.Nullable;

/** Everything a client may say in the QIS dialect. */
public sealed interface QisClientMessage {

  /** What a reply to this message repeats as {@code id}; a JSON string or number. */
  @Nullable RawJson id();

  /**
   * Asks to be an agent of the mesh under an id, or changes what that agent is about.
   *
   * @param agentId the agent's id; null for one made by the mesh
   * @param fingerprint what it is about; null for an agent that only emits
   * @param threshold the least cosine at which it wants outcomes; null for the space's
   * @param profile text to be embedded in place of a fingerprint; null for none
   * @param meta a JSON object about the agent, for people and tools; null for none
   * @param acceptDerived whether it also wants outcomes that derive from its own
   * @param tasks how many tasks it takes at a time, 0–1000
   */
  record Register(
      @Nullable RawJson id,
      @Nullable String agentId,
      @Nullable Fingerprint fingerprint,
      @Nullable Double threshold,
      @Nullable String profile,
      @Nullable RawJson meta,
      boolean acceptDerived,
      int tasks)
      implements QisClientMessage {}

  /** Offers an outcome for routing. */
  record Outcome(@Nullable RawJson id, OutcomePacket packet) implements QisClientMessage {}

  /**
   * Asks which agents are about something.
   *
   * @param fingerprint what; null where {@code profile} says it
   * @param profile text to be embedded in place of a fingerprint; null for none
   * @param limit most agents to name, 1–1000
   */
  record Query(
      @Nullable RawJson id, @Nullable Fingerprint fingerprint, @Nullable String profile, int limit)
      implements QisClientMessage {}

  /**
   * A sign of life.
   *
   * @param timestamp what the pong repeats; null in the bare ping of the reference
   */
  record Ping(@Nullable RawJson id, @Nullable RawJson timestamp) implements QisClientMessage {}
}
