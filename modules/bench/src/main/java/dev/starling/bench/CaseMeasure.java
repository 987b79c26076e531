/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import dev.starling.bench.Measure.Better;

/** Something that is measured in each of several cases: a constant of an enum. */
public interface CaseMeasure {
  /** As that of an enum's constant. */
  String name();

  /** What the table says of it. */
  Label label();

  /** In the table. */
  default String title() {
    return label().title();
  }

  /** Empty for a count. */
  default String unit() {
    return label().unit();
  }

  /** Which way is good. */
  default Better better() {
    return label().better();
  }
}
