/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

/**
 * Who emits what.
 *
 * @param agents connected agents
 * @param topics groups of agents with like fingerprints; an outcome reaches its topic's other
 *     agents
 * @param dimension numbers in a fingerprint
 * @param payload characters in an outcome's payload, at least {@link OutcomeFrame#MARK_LENGTH}
 * @param digits how a fingerprint's numbers are printed
 * @param serverSuppliedId whether packets come without {@code outcome_id}, as the reference's
 *     browser agent sends them
 */
public record Workload(
    int agents, int topics, int dimension, int payload, Digits digits, boolean serverSuppliedId) {

  /** Printing of numbers. */
  public enum Digits {
    /** As JavaScript prints a double: as many digits as needed to read it back, up to 17. */
    JS,
    /** Six decimals. */
    SIX
  }

  /** Checks the ranges. */
  public Workload {
    if (agents < 1 || topics < 1 || dimension < 1) {
      throw new IllegalArgumentException("agents, topics and dimension must be positive");
    }
    if (payload < OutcomeFrame.MARK_LENGTH) {
      throw new IllegalArgumentException(
          "payload must have at least " + OutcomeFrame.MARK_LENGTH + " characters");
    }
  }
}
