/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.bench.CaseRow;
import dev.starling.bench.Goal;
import dev.starling.bench.Results;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/** What layouts should reach, as far as the graphs for it were measured. Stateless. */
final class PhysicsGoals {
  private static final double MOST_SECONDS = 8;

  private PhysicsGoals() {}

  static List<Goal> of(Results results, List<String> graphs) {
    List<Goal> goals = new ArrayList<>();
    for (String graph : graphs) {
      switch (graph) {
        case "deb1k" -> goals.add(neighbours(results, graph));
        case "deb5k" -> {
          goals.add(cpu(results, graph, 40));
          goals.add(neighbours(results, graph));
          goals.add(atMost(results, graph, LayoutMeasure.FORCE_ERROR, 5));
        }
        case "deb10k" -> {
          goals.add(atMost(results, graph, LayoutMeasure.WALL, 4));
          goals.add(atMost(results, graph, LayoutMeasure.FORCE_ERROR, 3));
        }
        case "deb32k" -> large(goals, results, graph);
        case "sbm10k", "sbm32k" -> goals.add(atMost(results, graph, LayoutMeasure.FORCE_ERROR, 3));
        default -> goals.add(atMost(results, graph, LayoutMeasure.FORCE_ERROR, 5));
      }
      goals.add(atMost(results, graph, LayoutMeasure.SETTLED_SECONDS, MOST_SECONDS));
    }
    return goals;
  }

  private static void large(List<Goal> goals, Results results, String graph) {
    goals.add(cpu(results, graph, 50));
    goals.add(atMost(results, graph, LayoutMeasure.WALL_TWO, 12));
    goals.add(atMost(results, graph, LayoutMeasure.WALL_TWO_P95, 16.6));
    goals.add(atMost(results, graph, LayoutMeasure.FORCE_ERROR, 3));
    CaseRow stress = new CaseRow(graph, LayoutMeasure.STRESS_TIME);
    for (String other : results.systems()) {
      if (!other.equals(LayoutSystem.STARLING)) {
        double least = other.equals(PhysicsBenchmark.RANDOM) ? 1 / 0.82 : 1;
        goals.add(Goal.timesLess(least, results, LayoutSystem.STARLING, other, stress));
      }
    }
  }

  private static Goal cpu(Results results, String graph, double times) {
    CaseRow row = new CaseRow(graph, LayoutMeasure.CPU);
    return Goal.timesLess(times, results, LayoutSystem.STARLING, "d3", row);
  }

  private static Goal atMost(Results results, String graph, LayoutMeasure measure, double limit) {
    return Goal.atMost(limit, results, LayoutSystem.STARLING, new CaseRow(graph, measure));
  }

  private static Goal neighbours(Results results, String graph) {
    CaseRow row = new CaseRow(graph, LayoutMeasure.NEIGHBOURS);
    OptionalDouble best =
        results.systems().stream()
            .filter(system -> !system.equals(LayoutSystem.STARLING))
            .filter(system -> !system.equals(PhysicsBenchmark.RANDOM))
            .map(system -> results.joined(system, row))
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .max();
    Double mine = results.joined(LayoutSystem.STARLING, row);
    Double times =
        mine == null || best.isEmpty() ? null : Double.valueOf(mine / best.getAsDouble());
    return new Goal(row.title() + ", times those of the best peer", "×", 1.5, false, times);
  }
}
