/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.frames;

import dev.starling.bench.CaseRow;
import dev.starling.bench.Goal;
import dev.starling.bench.Results;
import java.util.ArrayList;
import java.util.List;

/** What frames should reach, as far as the cases for it were measured. Stateless. */
final class FrameGoals {
  private static final String SYSTEM = FramesBenchmark.SYSTEM;

  /** Of the frames a second that clients are promised, while all move. */
  private static final double FULL_RATE = 55;

  private static final double LARGE_RATE = 25;
  private static final double JOIN_MS = 100;
  private static final double BYTES_PER_NODE = 5;
  private static final double MOVING_PERCENT = 99;

  private FrameGoals() {}

  static List<Goal> of(Results results, List<FrameCase> cases) {
    List<Goal> goals = new ArrayList<>();
    for (FrameCase one : cases) {
      switch (one.name()) {
        case FrameCase.SMALL -> {
          rates(goals, results, one, FULL_RATE);
          goals.add(Goal.atMost(JOIN_MS, results, SYSTEM, row(one, FrameMeasure.JOIN_WORST)));
        }
        case FrameCase.LARGE -> rates(goals, results, one, LARGE_RATE);
        case FrameCase.SLOW -> {
          rates(goals, results, one, FULL_RATE);
          goals.add(Goal.atMost(2, results, SYSTEM, row(one, FrameMeasure.SLOW_FPS)));
        }
        case FrameCase.NARROW ->
            goals.add(
                Goal.atMost(
                    BYTES_PER_NODE, results, SYSTEM, row(one, FrameMeasure.BYTES_PER_NODE)));
        default -> {}
      }
    }
    return goals;
  }

  private static void rates(List<Goal> goals, Results results, FrameCase one, double least) {
    if (one.hasPage()) {
      goals.add(Goal.atLeast(least, results, SYSTEM, row(one, FrameMeasure.PAGE_FPS)));
    }
    goals.add(Goal.atLeast(least, results, SYSTEM, row(one, FrameMeasure.LEAST_FPS)));
    goals.add(Goal.atLeast(MOVING_PERCENT, results, SYSTEM, row(one, FrameMeasure.MOVED)));
  }

  private static CaseRow row(FrameCase one, FrameMeasure measure) {
    return new CaseRow(one.name(), measure);
  }
}
