/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A row of a table: one measure of one case, such as a graph.
 *
 * @param name of the case, such as {@code deb5k}
 */
public record CaseRow(String name, CaseMeasure measure) implements MedianRow {

  /** All measures of each case, case by case. */
  public static List<CaseRow> all(List<String> names, CaseMeasure[] measures) {
    return names.stream()
        .flatMap(name -> Arrays.stream(measures).map(measure -> new CaseRow(name, measure)))
        .toList();
  }

  @Override
  public String key() {
    return name.replaceAll("\\W+", "_") + "_" + measure.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Label label() {
    return new Label(name + ": " + measure.title(), measure.unit(), measure.better());
  }
}
