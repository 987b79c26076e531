/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.deflate.PreparedText;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Outcomes on the way from the gateway's loop to that of one session, where these are not the same.
 * Until the session's loop takes them they count with what waits in its socket: a loop that cannot
 * keep up would else pile them up in the heap. Used by these two loops only.
 */
final class HandOver {
  /** What a message, its frame and Netty's entries for them take beyond the packet, at most. */
  private static final int ENVELOPE = 256;

  private final Outbox outbox;
  private final GatewayMetrics metrics;
  private final Loop loop;
  private final Runnable tellLost;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong lostSince = new AtomicLong();

  /**
   * The way to {@code outbox}.
   *
   * @param loop the session's
   * @param tellLost called on that loop once it has noted in the outbox that outcomes were left out
   */
  HandOver(Outbox outbox, GatewayMetrics metrics, Loop loop, Runnable tellLost) {
    this.outbox = outbox;
    this.metrics = metrics;
    this.loop = loop;
    this.tellLost = tellLost;
  }

  /**
   * Whether there is room for an outcome; counts it, in or out. From the gateway's loop. The first
   * of several always gets through: whether the socket takes it is the outbox's to say.
   */
  boolean admits(PreparedText beginning) {
    if (outbox.isClosing()) {
      metrics.dropped("closing");
      return false;
    }
    if (bytes.get() > 0 && isFull()) {
      leaveOut();
      return false;
    }
    bytes.addAndGet(size(beginning));
    return true;
  }

  /** The room is asked first: what is taken meanwhile must not count in both places. */
  private boolean isFull() {
    long room = outbox.room();
    return bytes.get() >= room;
  }

  /** The session's loop has an outcome that was admitted. */
  void took(PreparedText beginning) {
    bytes.addAndGet(-size(beginning));
  }

  /** The word of it goes behind what was handed over before, and one word does for many. */
  private void leaveOut() {
    metrics.dropped("slow-reader");
    if (lostSince.compareAndSet(0, System.currentTimeMillis())) {
      loop.run(() -> {
        outbox.leftOut(lostSince.getAndSet(0));
        tellLost.run();
      });
    }
  }

  private static int size(PreparedText beginning) {
    return beginning.utf8().length + ENVELOPE;
  }
}
