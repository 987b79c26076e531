/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An outcome as a client sent it.
 *
 * @param outcomeId the client's id for it, 1–256 characters; null for one made by the mesh
 * @param fingerprint what it is about; null for the agent's own
 * @param derivedFrom ids of the outcomes it was synthesised from, at most 64
 * @param hops how many syntheses deep the client says it is, at least 0
 * @param members the packet's members as the client wrote them, without braces and without {@code
 *     outcome_id}, {@code source_agent} and {@code hops}, which the mesh writes; may be empty
 */
public record OutcomePacket(
    @Nullable String outcomeId,
    @Nullable Fingerprint fingerprint,
    List<String> derivedFrom,
    int hops,
    RawJson members) {

  /** Most outcomes that one may derive from. */
  public static final int MAX_PARENTS = 64;

  public OutcomePacket {
    derivedFrom = List.copyOf(derivedFrom);
  }
}
