/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import java.util.Arrays;

/**
 * Chooses how many ticks a second the machine can bear: fewer where they take more than 70 % of the
 * time between them, more again where they would take less than half of it. A rate divides the full
 * one, so that frames stay evenly apart. The simulation's thread only.
 */
final class RateGovernor {
  /** Part of the time between ticks that a tick may take, nineteen times of twenty. */
  private static final double MOST_BUSY = 0.7;

  private static final double LEAST_BUSY = 0.5;
  private static final int LEAST_RATE = 5;

  /** Ticks that a judgement is made of. */
  private static final int WINDOW = 60;

  private final int fullRate;
  private final long[] durations = new long[WINDOW];
  private int seen;
  private int bodies;
  private int divisor = 1;

  /** Begins with the full rate, in ticks a second. */
  RateGovernor(int fullRate) {
    this.fullRate = fullRate;
  }

  /** Ticks a second from now on. */
  double rate() {
    return (double) fullRate / divisor;
  }

  int fullRate() {
    return fullRate;
  }

  /** Whether the full rate is more than the machine can bear. */
  boolean isLowered() {
    return divisor > 1;
  }

  /**
   * Takes note of how long a tick took, and says whether the rate is another one now.
   *
   * @param nowBodies that were moved; what larger graphs took says nothing of one half as large
   */
  boolean took(long nanos, int nowBodies) {
    if (nowBodies < bodies / 2) {
      seen = 0;
    }
    bodies = nowBodies;
    durations[seen % WINDOW] = nanos;
    seen++;
    // A graph that is too large for its rate shows in half a window; a calm one is given a second.
    if (seen % (WINDOW / 4) != 0) {
      return false;
    }
    double late = late() / 1e9;
    if (seen >= WINDOW / 2 && late * rate() > MOST_BUSY && fullRate / (divisor + 1) >= LEAST_RATE) {
      changeTo(divisor + 1);
      return true;
    }
    int fitting = Math.max(1, (int) Math.ceil(late * fullRate / LEAST_BUSY));
    if (fitting < divisor && seen >= rate()) {
      changeTo(fitting);
      return true;
    }
    return false;
  }

  private void changeTo(int newDivisor) {
    divisor = newDivisor;
    seen = 0;
  }

  /** The time that one tick of twenty exceeds, nanoseconds. */
  private double late() {
    long[] sorted = Arrays.copyOf(durations, Math.min(seen, WINDOW));
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, (int) (0.95 * sorted.length))];
  }
}
