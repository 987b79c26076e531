/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import dev.starling.bench.Measure.Better;

/** Something that is measured in each of several cases. */
public interface CaseMeasure {
  /** As that of an enum's constant. */
  String name();

  /** In the table. */
  String title();

  /** Empty for a count. */
  String unit();

  /** Which way is good. */
  Better better();
}
