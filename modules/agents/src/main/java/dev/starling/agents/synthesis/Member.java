/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.synthesis;

import dev.starling.agent.sdk.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * An outcome of a topic as far as it is needed, so that what else was in its packet, however large,
 * is kept by nobody.
 *
 * @param id the outcome's
 * @param source the agent that emitted it
 * @param hops how many syntheses deep it is
 * @param space of its fingerprint; null where its dimensions say it
 * @param unit its fingerprint, {@code float[d]} of length 1
 * @param confidence 0–1
 * @param text the beginning of what it says
 * @param words of that
 */
record Member(
    String id,
    String source,
    int hops,
    @Nullable String space,
    float[] unit,
    double confidence,
    String text,
    Words words) {
  /** Characters of a text that are kept. */
  static final int LONGEST_TEXT = 4_096;

  /** What an outcome counts for whose agent does not say how sure it is. */
  private static final double UNSAID = 0.5;

  /** Bytes of a member beside what varies, about. */
  private static final long FRAME = 256;

  /**
   * What is kept of an outcome.
   *
   * @param unit its fingerprint, {@code float[d]} of length 1
   */
  static Member of(Outcome outcome, float[] unit) {
    Double confidence = outcome.confidence();
    String text = Prompt.cut(outcome.text(), LONGEST_TEXT);
    return new Member(
        outcome.id(),
        outcome.source(),
        outcome.hops(),
        outcome.packet().getString("space"),
        unit,
        confidence == null ? UNSAID : confidence,
        text,
        Words.of(text));
  }

  /** Bytes that it takes, about, and rather more than fewer. */
  long bytes() {
    return FRAME
        + 2L * (id.length() + source.length() + text.length())
        + 4L * unit.length
        + words.bytes();
  }
}
