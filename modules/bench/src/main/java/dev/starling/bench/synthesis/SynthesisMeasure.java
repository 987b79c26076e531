/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.synthesis;

import dev.starling.bench.Label;
import dev.starling.bench.Measure.Better;
import dev.starling.bench.MedianRow;

/** A row of the table of syntheses. */
enum SynthesisMeasure implements MedianRow {
  /** Routed, of clients. */
  IN("outcomes of clients", "1/s", Better.MORE),
  /** Routed, of the mesh's own agents. */
  OUT("syntheses of the agents", "1/s", Better.MORE),
  /** Of the whole time. */
  RATIO("syntheses for each outcome", "", Better.LESS),
  /** What grows without end shows here, and what dies down. */
  TREND("syntheses for each outcome, last third of the windows ÷ first", "×", Better.LESS),
  /** Of all windows. */
  LEAST("syntheses in the window with the fewest", "", Better.MORE),
  /** Of all windows. */
  PEAK("syntheses in the window with the most ÷ mean", "×", Better.LESS),
  /** Told nothing in all the time although it heard something while that counted. */
  SILENT("agents that heard outcomes and told nothing", "", Better.LESS),
  /** Of clients and of each other. */
  HEARD("outcomes that an agent hears, mean", "1/s", Better.MORE),
  /** Of the agents that told anything. */
  TOLD("syntheses of an agent, mean", "1/min", Better.MORE),
  /** How many syntheses deep syntheses are. */
  HOPS("hops of a synthesis, median", "", Better.LESS),
  /** The same. */
  HOPS_P99("hops of a synthesis, p99", "", Better.LESS),
  /** The same. */
  HOPS_MOST("hops of a synthesis, most that was routed", "", Better.LESS),
  /** The mesh ended a chain of them. */
  EXPIRED("syntheses that were too deep to be routed", "%", Better.LESS),
  /** Of every inbox and every socket. */
  DROPS("outcomes that found no room", "", Better.LESS),
  /** Where what was routed is not what was looked at. */
  UNSEEN("outcomes routed that this table lacks", "%", Better.LESS),
  /** With embedder, router, gateway and agents. */
  CORES("CPU of the node", "cores", Better.LESS);

  private final Label label;

  SynthesisMeasure(String title, String unit, Better better) {
    this.label = new Label(title, unit, better);
  }

  @Override
  public Label label() {
    return label;
  }
}
