/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.Fingerprint;
import org.jspecify.annotations.Nullable;

/**
 * An agent as its gateway holds it.
 *
 * @param key names it within its gateway's incarnation; never used twice
 * @param claim the claim to the agent id; of two registrations of one id the higher holds it
 * @param agentId the agent
 * @param subject whose agent it is; empty for an anonymous session
 * @param fingerprint what it is about; null where it matches nothing
 * @param threshold the least cosine at which it wants outcomes, if it asked for one; 0 where it
 *     follows the mesh's, which may change; at most 1
 * @param acceptDerived whether it also wants outcomes that derive from its own
 * @param label what it is called
 */
public record Registration(
    long key,
    Claim claim,
    String agentId,
    String subject,
    @Nullable Fingerprint fingerprint,
    double threshold,
    boolean acceptDerived,
    AgentLabel label) {

  /** A registration of an agent that is called nothing but its id. */
  public Registration(
      long key,
      Claim claim,
      String agentId,
      String subject,
      @Nullable Fingerprint fingerprint,
      double threshold,
      boolean acceptDerived) {
    this(key, claim, agentId, subject, fingerprint, threshold, acceptDerived, AgentLabel.NONE);
  }

  /**
   * A numbered claim to an agent id. Numbers come from the id's owner among the routers; two owners
   * can give the same number only while a view changes, and then the greater gateway id holds.
   */
  public record Claim(long number, String gateway) implements Comparable<Claim> {
    @Override
    public int compareTo(Claim other) {
      int byNumber = Long.compare(number, other.number);
      return byNumber != 0 ? byNumber : gateway.compareTo(other.gateway);
    }
  }

  /**
   * A hash of what routing depends on, for digests: the sum over a gateway's registrations tells
   * whether a replica holds the same ones.
   */
  public long digest() {
    long hash = key * 0x9E3779B97F4A7C15L ^ claim.number();
    hash = hash * 31 + agentId.hashCode();
    hash = hash * 31 + (fingerprint == null ? 0 : fingerprint.hashCode());
    hash = hash * 31 + Double.hashCode(threshold);
    hash ^= hash >>> 32;
    return hash * 0xD6E8FEB86659FD93L;
  }
}
