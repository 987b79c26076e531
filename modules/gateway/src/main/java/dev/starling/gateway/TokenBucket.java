/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

/**
 * Lets so many through a minute, all at once after a while of silence. One thread at a time; times
 * are of {@link System#nanoTime}.
 */
final class TokenBucket {
  private static final double MINUTE_NANOS = 60e9;

  private final int perMinute;
  private double tokens;
  private long filledAt;

  /** Full at first. */
  TokenBucket(int perMinute, long now) {
    this.perMinute = perMinute;
    this.tokens = perMinute;
    this.filledAt = now;
  }

  /** Whether one more may pass, which it then has. */
  boolean take(long now) {
    tokens = Math.min(perMinute, tokens + (now - filledAt) / MINUTE_NANOS * perMinute);
    filledAt = now;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }

  /** Until one more may pass, where none may now; milliseconds, rounded up. */
  long retryAfterMillis() {
    return (long) Math.ceil((1 - tokens) / perMinute * MINUTE_NANOS / 1e6);
  }
}
