/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

/** A row of a table of results. */
public interface Row {
  /** Its name in files of results. */
  String key();

  /** Its name in the table. */
  String title();

  /** Unit, empty for a count. */
  String unit();

  /** Which way is good. */
  Measure.Better better();

  /** How rounds become one figure. */
  Measure.Joined joined();

  /** What others claim for themselves on their own machine, empty where they claim nothing. */
  String claim();
}
