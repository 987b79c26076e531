/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

import java.util.concurrent.TimeUnit;

/**
 * How many blocks come in a second, measured over the last few, and by which of them a client that
 * wants fewer is served: every second, third and so on, so that its frames are evenly spaced. One
 * thread at a time; times are of {@link System#nanoTime}.
 */
final class BlockRate {
  private static final int WINDOW = 16;

  /** Part of a rate by which another one may differ and count as the same. */
  private static final double SLACK = 0.05;

  /** Parts of the rate that was asked for at which a simulator runs that cannot keep it up. */
  private static final int MOST_PARTS = 4;

  /** A rest after which the rate may be another. */
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final long[] times = new long[WINDOW];
  private int seen;

  /** A block came. */
  void arrived(long now) {
    if (seen > 0 && now - times[(seen - 1) % WINDOW] > REST_NANOS) {
      seen = 0;
    }
    times[seen % WINDOW] = now;
    // Kept small, and in step with the window.
    seen = seen + 1 == 3 * WINDOW ? 2 * WINDOW : seen + 1;
  }

  /**
   * Every how many blocks make at most {@code fps} frames a second, give or take a twentieth.
   *
   * @param asked blocks a second that were asked for; goes while too few came to measure
   */
  int divisor(int fps, int asked) {
    double blocks = (seen < WINDOW ? asked : nearest(measured(), asked)) / fps;
    double whole = Math.rint(blocks);
    boolean isWhole = Math.abs(blocks - whole) <= SLACK * whole;
    return Math.max(1, (int) (isWhole ? whole : Math.ceil(blocks)));
  }

  /** Takes what was asked for, or a part of it, for a rate that only trembles. */
  private static double nearest(double measured, int asked) {
    for (int part = 1; part <= MOST_PARTS; part++) {
      double planned = (double) asked / part;
      if (Math.abs(measured - planned) <= SLACK * planned) {
        return planned;
      }
    }
    return measured;
  }

  private double measured() {
    long newest = times[(seen - 1) % WINDOW];
    long oldest = times[seen % WINDOW];
    return (WINDOW - 1.0) * TimeUnit.SECONDS.toNanos(1) / Math.max(1, newest - oldest);
  }
}
