/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

/**
 * Lets so many through a period, all at once after a while of silence. One thread at a time; times
 * are of {@link System#nanoTime}.
 */
final class TokenBucket {
  private static final double MILLI_NANOS = 1e6;

  private final int most;
  private final double periodNanos;
  private double tokens;
  private long filledAt;

  /** Full at first; as many as {@code most} come back in each period. */
  TokenBucket(int most, long periodNanos, long now) {
    this.most = most;
    this.periodNanos = periodNanos;
    this.tokens = most;
    this.filledAt = now;
  }

  /** Whether one more may pass, which it then has. */
  boolean take(long now) {
    return take(1, now);
  }

  /** The same for one that counts as {@code many}, which the next ones wait for. */
  boolean take(int many, long now) {
    tokens = tokens(now);
    filledAt = now;
    if (tokens < 1) {
      return false;
    }
    tokens -= many;
    return true;
  }

  private double tokens(long now) {
    return Math.min(most, tokens + (now - filledAt) / periodNanos * most);
  }

  /**
   * Until one more may pass, where none could a moment ago; milliseconds, rounded up, at least 1.
   */
  long retryAfterMillis(long now) {
    double millis = (1 - tokens(now)) / most * periodNanos / MILLI_NANOS;
    return Math.max(1, (long) Math.ceil(millis));
  }
}
