/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a figure should reach.
 *
 * @param what in words
 * @param unit of both figures
 * @param limit what it must not be above, or not below
 * @param isMost whether the limit is the most that is allowed
 * @param found null where it was not measured
 */
public record Goal(String what, String unit, double limit, boolean isMost, @Nullable Double found) {

  /** A figure of one system that must not be above the limit. */
  public static Goal atMost(double limit, Results results, String system, Row row) {
    return new Goal(row.title(), row.unit(), limit, true, results.joined(system, row));
  }

  /** A figure of one system that must not be below the limit. */
  public static Goal atLeast(double limit, Results results, String system, Row row) {
    return new Goal(row.title(), row.unit(), limit, false, results.joined(system, row));
  }

  /** How many times less the figure of a system must be than that of another one. */
  public static Goal timesLess(
      double limit, Results results, String system, String other, Row row) {
    Double mine = results.joined(system, row);
    Double theirs = results.systems().contains(other) ? results.joined(other, row) : null;
    Double ratio = mine == null || theirs == null || mine == 0 ? null : theirs / mine;
    return new Goal(row.title() + ", times less than " + other, "×", limit, false, ratio);
  }

  /** Whether there is a figure for it. */
  public boolean isMeasured() {
    return found != null;
  }

  /** Whether it was measured and is beyond the limit. */
  public boolean isMissed() {
    return found != null && (isMost ? found > limit : found < limit);
  }

  /** The goals as a table, met or not beside each. */
  public static String table(List<Goal> goals) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("goal", "wanted", "found", ""));
    for (Goal goal : goals) {
      String bound = (goal.isMost ? "≤ " : "≥ ") + ResultTable.number(goal.limit);
      String outcome = goal.found == null ? "not measured" : goal.isMissed() ? "not met" : "met";
      rows.add(List.of(goal.what, withUnit(bound, goal.unit), found(goal), outcome));
    }
    return ResultTable.aligned(rows);
  }

  private static String found(Goal goal) {
    String number = ResultTable.number(goal.found);
    return goal.found == null ? number : withUnit(number, goal.unit);
  }

  private static String withUnit(String number, String unit) {
    return unit.isEmpty() ? number : number + " " + unit;
  }
}
