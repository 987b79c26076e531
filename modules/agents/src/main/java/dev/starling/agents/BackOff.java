/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before something that failed is tried again: one second, then twice as long each
 * time, 30 seconds at most, a fifth more or less by chance. What held for a minute begins anew. One
 * thread.
 */
final class BackOff {
  private static final long FIRST_MILLIS = 1_000;
  private static final long LONGEST_MILLIS = 30_000;
  private static final long HELD_NANOS = 60_000_000_000L;

  private int failures;
  private long upSince;
  private boolean isUp;

  /** It works, since now. */
  void up(long nowNanos) {
    isUp = true;
    upSince = nowNanos;
  }

  /** It failed; how many milliseconds to wait. */
  long failed(long nowNanos) {
    if (isUp && nowNanos - upSince > HELD_NANOS) {
      failures = 0;
    }
    isUp = false;
    long base = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failures, 10));
    failures++;
    return Math.round(base * ThreadLocalRandom.current().nextDouble(0.8, 1.2));
  }

  /** Somebody wants it tried anew. */
  void reset() {
    failures = 0;
    isUp = false;
  }

  /** Failures since it last held. */
  int failures() {
    return failures;
  }
}
