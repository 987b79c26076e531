/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.bench.CaseMeasure;
import dev.starling.bench.Label;
import dev.starling.bench.Measure.Better;

/** What is measured of shortest paths; a row of the table is one of these of one graph. */
enum PathsMeasure implements CaseMeasure {
  /** Median over sources. */
  CPU("CPU of all paths from a node", "ms", Better.LESS),
  /** Median over sources. */
  WALL("all paths from a node", "ms", Better.LESS),
  /** Median over edges. */
  REPAIR("paths mended after an edge became shorter", "ms", Better.LESS),
  /** Over all sources and nodes. */
  DIFFERENT("distances that differ from JGraphT's", "", Better.LESS);

  private final Label label;

  PathsMeasure(String title, String unit, Better better) {
    this.label = new Label(title, unit, better);
  }

  @Override
  public Label label() {
    return label;
  }
}
