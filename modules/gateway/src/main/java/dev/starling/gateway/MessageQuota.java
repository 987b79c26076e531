/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.FlowClientMessage.GraphInteraction;
import dev.starling.protocol.flow.NodeAction;
import dev.starling.protocol.session.ClientMessage;
import dev.starling.protocol.session.ClientMessage.Flow;
import java.util.Map;

/**
 * How many messages a session may send, and how many of them may be no messages. One that came
 * compressed counts as one for each {@value #UNIT} bytes that inflation adds to what came, which a
 * few bytes can make many, and is taken where one more is; any other counts as one. Who goes on
 * past the limit is told so each time, and after {@value #PATIENCE} times in a minute no more. One
 * session's loop only; times are of {@link System#nanoTime}.
 */
final class MessageQuota {
  /** Messages over the limit that are refused before one more closes the session. */
  static final int PATIENCE = 50;

  /** Bytes added by inflation that count as one message; and of a free move of a node, at most. */
  static final int UNIT = 64 * 1024;

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

  private final int perMinute;
  private final int malformedPerMinute;
  private final TokenBucket messages;
  private TokenBucket drags;
  private int excess;
  private long excessSince;
  private int malformed;
  private long malformedSince;

  MessageQuota(int perMinute, int malformedPerMinute, long now) {
    this.perMinute = perMinute;
    this.malformedPerMinute = malformedPerMinute;
    this.malformedSince = now;
    this.messages = new TokenBucket(perMinute, MINUTE_NANOS, now);
    this.drags = messages;
  }

  /** Counts a message of so many bytes that could be read. */
  Verdict take(ClientMessage message, int bytes, int added, long now) {
    boolean isDrag =
        message instanceof Flow(GraphInteraction done) && done.action() == NodeAction.NODE_DRAG;
    return isDrag && bytes <= UNIT ? takeDrag(now) : take(added, now);
  }

  /** Counts a message to which inflation added so many bytes. */
  Verdict take(int added, long now) {
    int units = Math.max(1, Math.ceilDiv(added, UNIT));
    return messages.take(units, now) ? Verdict.TAKEN : refuse(now);
  }

  private Verdict refuse(long now) {
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
    return drags.take(now) ? Verdict.TAKEN : take(0, now);
  }

  /**
   * Counts a message that could not be read.
   *
   * @return false where it is one too many: the session is to be closed
   */
  boolean takeMalformed(long now) {
    if (now - malformedSince > MINUTE_NANOS) {
      malformedSince = now;
      malformed = 0;
    }
    return ++malformed <= malformedPerMinute;
  }

  /** What the sender of a refused message is told. */
  RefusalException refusal(long now) {
    return new RefusalException(
        ErrorCode.RATE_LIMITED,
        "more than "
            + perMinute
            + " messages a minute, compressed ones counted by what they become: this one was dropped;"
            + " wait, or the session is closed",
        Map.of("retryAfterMs", retryAfterMillis(now)));
  }

  long retryAfterMillis(long now) {
    return messages.retryAfterMillis(now);
  }
}
