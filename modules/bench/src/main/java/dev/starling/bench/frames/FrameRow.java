/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.frames;

import dev.starling.bench.Measure.Better;
import dev.starling.bench.Measure.Joined;
import dev.starling.bench.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A row of the table: one measure of one case.
 *
 * @param name of the case
 */
record FrameRow(String name, FrameMeasure measure) implements Row {

  /** All measures of each case, case by case. */
  static List<FrameRow> all(List<FrameCase> cases) {
    return cases.stream()
        .flatMap(one ->
            Arrays.stream(FrameMeasure.values()).map(measure -> new FrameRow(one.name(), measure)))
        .toList();
  }

  @Override
  public String key() {
    return name.replaceAll("\\W+", "_") + "_" + measure.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String title() {
    return name + ": " + measure.title();
  }

  @Override
  public String unit() {
    return measure.unit();
  }

  @Override
  public Better better() {
    return measure.better();
  }

  @Override
  public Joined joined() {
    return Joined.MEDIAN;
  }

  @Override
  public String claim() {
    return "";
  }
}
