/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.bench.CaseMeasure;
import dev.starling.bench.Label;
import dev.starling.bench.Measure.Better;

/** What is measured of a layout; a row of the table is one of these of one graph. */
enum LayoutMeasure implements CaseMeasure {
  /** Median of the first ticks. */
  CPU("CPU of a tick", "ms", Better.LESS),
  /** Of the first ticks. */
  CPU_P95("CPU of a tick, p95", "ms", Better.LESS),
  /** Median of the first ticks. */
  WALL("a tick", "ms", Better.LESS),
  /** Of the first ticks. */
  WALL_P95("a tick, p95", "ms", Better.LESS),
  /** Median of the first ticks. */
  CPU_TWO("CPU of a tick on two threads", "ms", Better.LESS),
  /** Of the first ticks. */
  CPU_TWO_P95("CPU of a tick on two threads, p95", "ms", Better.LESS),
  /** Median of the first ticks. */
  WALL_TWO("a tick on two threads", "ms", Better.LESS),
  /** Of the first ticks. */
  WALL_TWO_P95("a tick on two threads, p95", "ms", Better.LESS),
  /** Of the tree, by all pairs. */
  FORCE_ERROR("force error, RMS", "%", Better.LESS),
  /** How many ticks the time allowed. */
  TICKS("ticks in equal time", "", Better.MORE),
  /** Jaccard. */
  NEIGHBOURS("neighbours kept after 100 ticks", "", Better.MORE),
  /** Jaccard. */
  NEIGHBOURS_TIME("neighbours kept after equal time", "", Better.MORE),
  /** Of distances. */
  STRESS("stress after 100 ticks", "", Better.LESS),
  /** Of distances. */
  STRESS_TIME("stress after equal time", "", Better.LESS),
  /** Ticks. */
  SETTLED("settled after", "ticks", Better.LESS),
  /** At 60 ticks a second. */
  SETTLED_SECONDS("settled after, at 60 ticks a second", "s", Better.LESS);

  private final Label label;

  LayoutMeasure(String title, String unit, Better better) {
    this.label = new Label(title, unit, better);
  }

  @Override
  public Label label() {
    return label;
  }
}
