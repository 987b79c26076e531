/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.model;

import java.util.concurrent.ThreadLocalRandom;

/**
 * For how long a service that failed is left alone: a second, then twice as long each time, a
 * minute at most, a fifth more or less by chance, until it answers. Written by one thread.
 */
final class Rest {
  private static final long FIRST_MILLIS = 1_000;
  private static final long LONGEST_MILLIS = 60_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private int failures;
  private volatile long untilNanos;
  private volatile boolean isOver = true;

  /** It answered. */
  void answered() {
    failures = 0;
    isOver = true;
  }

  /** It failed; for how many milliseconds it is left alone now. */
  long failed(long nowNanos) {
    long base = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failures, 10));
    failures++;
    long millis = Math.round(base * ThreadLocalRandom.current().nextDouble(0.8, 1.2));
    untilNanos = nowNanos + millis * NANOS_PER_MILLI;
    isOver = false;
    return millis;
  }

  /** Whether it is left alone now; from any thread. */
  boolean lasts(long nowNanos) {
    return !isOver && nowNanos - untilNanos < 0;
  }

  /** Whether it failed last, so that one call has to show first that it works again. */
  boolean isDoubtful() {
    return failures > 0;
  }
}
