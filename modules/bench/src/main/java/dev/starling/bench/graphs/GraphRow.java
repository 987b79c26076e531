/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.bench.Measure.Better;
import dev.starling.bench.Measure.Joined;
import dev.starling.bench.Row;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A row of a table: one measure of one graph.
 *
 * @param graph its name, such as {@code deb5k}
 */
record GraphRow(String graph, GraphMeasure measure) implements Row {

  /** All measures of each graph, graph by graph. */
  static List<GraphRow> all(List<String> graphs, GraphMeasure[] measures) {
    return graphs.stream()
        .flatMap(graph -> Arrays.stream(measures).map(measure -> new GraphRow(graph, measure)))
        .toList();
  }

  @Override
  public String key() {
    return graph + "_" + measure.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String title() {
    return graph + ": " + measure.title();
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
