/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import dev.starling.bench.Measure.Better;
import dev.starling.bench.Measure.Joined;
import java.util.Locale;

/** A row of which nobody claims anything: the median of rounds. */
public interface MedianRow extends Row {
  /** The name that its key is made of, as that of an enum's constant. */
  String name();

  /** What the table says of it. */
  Label label();

  @Override
  default String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  default String title() {
    return label().title();
  }

  @Override
  default String unit() {
    return label().unit();
  }

  @Override
  default Better better() {
    return label().better();
  }

  @Override
  default Joined joined() {
    return Joined.MEDIAN;
  }

  @Override
  default String claim() {
    return "";
  }
}
