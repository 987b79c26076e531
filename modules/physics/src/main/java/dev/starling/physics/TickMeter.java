/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

/** How many ticks a second there were lately. The simulation's thread only. */
final class TickMeter {
  private static final long SECOND = 1_000_000_000L;

  /** Ticks that are looked at; of more in a second the last ones. */
  private static final int MOST = 128;

  /** Fewer than this say nothing. */
  private static final int FEWEST = 5;

  private final long[] times = new long[MOST];
  private long count;

  /** Notes a tick at a time of the nanosecond clock. */
  void ticked(long now) {
    if (count > 0 && now - last() > SECOND) {
      count = 0; // it had come to rest
    }
    times[(int) (count % MOST)] = now;
    count++;
  }

  private long last() {
    return times[(int) ((count - 1) % MOST)];
  }

  /** Ticks a second over the last one; NaN where there were too few to tell. */
  double perSecond() {
    int intervals = 0;
    long passed = 0;
    while (intervals + 1 < Math.min(count, MOST)) {
      long before = last() - times[(int) ((count - 2 - intervals) % MOST)];
      if (before > SECOND) {
        break;
      }
      passed = before;
      intervals++;
    }
    return intervals + 1 < FEWEST ? Double.NaN : intervals * (double) SECOND / passed;
  }
}
