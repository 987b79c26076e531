/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

/**
 * How many messages a session may send. One that goes on past its limit is told so each time, and
 * after {@value #PATIENCE} times in a minute no more. One session's loop only; times are of {@link
 * System#nanoTime}.
 */
final class MessageQuota {
  /** Messages over the limit that are refused before one more closes the session. */
  static final int PATIENCE = 50;

  /** How many moves of a dragged node a second are not counted. */
  private static final int FREE_DRAGS = 60;

  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long MINUTE_NANOS = 60 * SECOND_NANOS;

  /** What becomes of a message. */
  enum Verdict {
    /** It is taken. */
    TAKEN,
    /** It is refused. */
    REFUSED,
    /** It was one too many: the session is to be closed. */
    EXHAUSTED
  }

  private final TokenBucket messages;
  private TokenBucket drags;
  private int excess;
  private long excessSince;

  MessageQuota(int perMinute, long now) {
    this.messages = new TokenBucket(perMinute, MINUTE_NANOS, now);
    this.drags = messages;
  }

  /** Counts a message. */
  Verdict take(long now) {
    if (messages.take(now)) {
      return Verdict.TAKEN;
    }
    if (excess == 0 || now - excessSince > MINUTE_NANOS) {
      excess = 0;
      excessSince = now;
    }
    return excess++ < PATIENCE ? Verdict.REFUSED : Verdict.EXHAUSTED;
  }

  /** Counts a move of a dragged node: in part they are free, since only the latest one matters. */
  Verdict takeDrag(long now) {
    if (drags == messages) {
      drags = new TokenBucket(FREE_DRAGS, SECOND_NANOS, now);
    }
    return drags.take(now) ? Verdict.TAKEN : take(now);
  }

  long retryAfterMillis() {
    return messages.retryAfterMillis();
  }
}
