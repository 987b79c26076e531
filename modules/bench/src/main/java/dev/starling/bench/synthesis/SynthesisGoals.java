/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.synthesis;

import dev.starling.bench.Goal;
import dev.starling.bench.Results;
import java.util.List;

/** What many agents should do under load. Stateless. */
final class SynthesisGoals {
  private static final String SYSTEM = SynthesisBenchmark.SYSTEM;

  /** So much more, or less, at the end than at the beginning is no trend yet. */
  private static final double STEADY = 1.5;

  private static final double PEAK = 2;

  /** As {@code router.max-hops} is where nobody sets it. */
  private static final double MOST_HOPS = 8;

  /** Outcomes are read from a log that is written all the time. */
  private static final double UNSEEN_PERCENT = 1;

  private SynthesisGoals() {}

  static List<Goal> of(Results results) {
    return List.of(
        Goal.atMost(1, results, SYSTEM, SynthesisMeasure.RATIO),
        Goal.atMost(STEADY, results, SYSTEM, SynthesisMeasure.TREND),
        Goal.atLeast(1 / STEADY, results, SYSTEM, SynthesisMeasure.TREND),
        Goal.atLeast(1, results, SYSTEM, SynthesisMeasure.LEAST),
        Goal.atMost(PEAK, results, SYSTEM, SynthesisMeasure.PEAK),
        Goal.atMost(0, results, SYSTEM, SynthesisMeasure.SILENT),
        Goal.atMost(MOST_HOPS, results, SYSTEM, SynthesisMeasure.HOPS_MOST),
        Goal.atMost(0, results, SYSTEM, SynthesisMeasure.DROPS),
        Goal.atMost(UNSEEN_PERCENT, results, SYSTEM, SynthesisMeasure.UNSEEN));
  }
}
