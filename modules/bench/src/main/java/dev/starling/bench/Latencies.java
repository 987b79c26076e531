/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** A histogram of durations, ns to ten minutes, exact to three significant digits. One thread. */
public final class Latencies {
  private static final long HIGHEST = TimeUnit.MINUTES.toNanos(10);
  private static final double NANOS_PER_MS = 1e6;

  private final Histogram histogram = new Histogram(HIGHEST, 3);

  /** Adds one duration, ns; negative counts as 0. */
  public void record(long nanos) {
    histogram.recordValue(Math.clamp(nanos, 0, HIGHEST));
  }

  /** Adds all of another. */
  public void add(Latencies other) {
    histogram.add(other.histogram);
  }

  /** Number of durations. */
  public long count() {
    return histogram.getTotalCount();
  }

  /** A percentile (0 to 100) in ms, null where nothing was recorded. */
  public @Nullable Double millis(double percentile) {
    if (count() == 0) {
      return null;
    }
    return histogram.getValueAtPercentile(percentile) / NANOS_PER_MS;
  }

  /** The longest, ms, null where nothing was recorded. */
  public @Nullable Double maxMillis() {
    return millis(100);
  }
}
