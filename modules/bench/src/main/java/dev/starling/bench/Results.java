/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Figures by system and measure, one per round; what could not be measured is absent. One thread.
 */
public final class Results {
  private final Map<String, Map<Row, List<Double>>> figures = new LinkedHashMap<>();
  private final Map<String, Map<Row, String>> remarks = new LinkedHashMap<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private final List<Row> rows;

  /** Of the rows of routing and sessions. */
  public Results() {
    this(List.of(Measure.values()));
  }

  /** Of these rows, in this order. */
  public Results(List<? extends Row> rows) {
    this.rows = List.copyOf(rows);
  }

  /** All rows, also those without a figure. */
  public List<Row> rows() {
    return rows;
  }

  /** A column, in the order of these calls. */
  public void addSystem(String system) {
    figures.putIfAbsent(system, new LinkedHashMap<>());
    remarks.putIfAbsent(system, new LinkedHashMap<>());
  }

  /** Adds one round's figure; null adds nothing. */
  public void add(String system, Row measure, @Nullable Double value) {
    if (value != null) {
      of(figures, system).computeIfAbsent(measure, _ -> new ArrayList<>()).add(value);
    }
  }

  /** A few words behind the figure in its cell, the last ones given. */
  public void remark(String system, Row measure, String words) {
    of(remarks, system).put(measure, words);
  }

  /** A line under the table; the same line once. */
  public void note(String line) {
    notes.add(line);
  }

  /** The columns. */
  public List<String> systems() {
    return List.copyOf(figures.keySet());
  }

  /** The rounds' figures. */
  public List<Double> rounds(String system, Row measure) {
    return List.copyOf(of(figures, system).getOrDefault(measure, List.of()));
  }

  /** The rounds in one figure, null where there is none. */
  public @Nullable Double joined(String system, Row measure) {
    List<Double> rounds = rounds(system, measure);
    if (rounds.isEmpty()) {
      return null;
    }
    return switch (measure.joined()) {
      case MEDIAN -> median(rounds);
      case SUM -> rounds.stream().mapToDouble(Double::doubleValue).sum();
    };
  }

  /** The remark in a cell, empty where there is none. */
  public String remark(String system, Row measure) {
    return of(remarks, system).getOrDefault(measure, "");
  }

  /** Lines under the table. */
  public Set<String> notes() {
    return Collections.unmodifiableSet(notes);
  }

  /** Whether nothing was lost, doubled or left unanswered at a system in any run. */
  public boolean whole(String system) {
    for (Measure measure : List.of(Measure.LOST, Measure.DUPLICATES, Measure.FAULTS)) {
      Double sum = joined(system, measure);
      if (sum != null && sum > 0) {
        return false;
      }
    }
    return true;
  }

  /** The middle value, or the mean of the middle two; there is at least one. */
  public static double median(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static <V> Map<Row, V> of(Map<String, Map<Row, V>> all, String system) {
    Map<Row, V> found = all.get(system);
    if (found == null) {
      throw new IllegalArgumentException("no system " + system);
    }
    return found;
  }
}
