/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Bounds what the messages that have not come whole take together, be it as fragments, as a part of
 * a frame or as frames read ahead: many sockets that each keep to their limits would take all
 * memory. It counts whole steps of {@value #STEP} bytes, so that small messages, and sockets
 * without any, never come here. Where it is too much, the message that has been coming longest
 * goes, and its socket with it. Thread-safe; one for all sockets of a node.
 */
public final class ReassemblyBudget {
  /** Bytes in which is counted. */
  static final int STEP = 16 * 1024;

  private static final int USUAL_SHARE = 8;
  private static final int LARGEST_SHARE = 2;

  private final long most;
  private final Set<Unfinished> holders = new LinkedHashSet<>();
  private long held;
  private long leaving;

  /** {@code most}: bytes that unfinished messages may take together. */
  public ReassemblyBudget(long most) {
    this.most = most;
  }

  /**
   * An eighth of the heap, and where that is little room for two of the largest messages, within
   * half of the heap.
   *
   * @param heap bytes that it may grow to
   * @param maxMessage bytes of the largest message
   */
  public static ReassemblyBudget of(long heap, int maxMessage) {
    return new ReassemblyBudget(
        Math.clamp(2L * maxMessage, heap / USUAL_SHARE, heap / LARGEST_SHARE));
  }

  /** Bytes that unfinished messages take now. */
  public synchronized long held() {
    return held;
  }

  /** Bytes that they may take together. */
  public long most() {
    return most;
  }

  /** Takes note how many bytes of a message have come; on its socket's loop. */
  void update(Unfinished mine, long bytes) {
    long counted = bytes - bytes % STEP;
    if (counted != mine.counted) {
      count(mine, counted);
    }
  }

  private synchronized void count(Unfinished mine, long counted) {
    long more = counted - mine.counted;
    mine.counted = counted;
    held += more;
    if (mine.leaving) {
      leaving += more;
    } else if (counted == 0) {
      holders.remove(mine);
    } else {
      holders.add(mine);
    }
    while (held - leaving > most) {
      evictOldest();
    }
  }

  /** What leaves is there until its socket comes to it, and not to be made room for twice. */
  private void evictOldest() {
    Unfinished oldest = holders.iterator().next();
    holders.remove(oldest);
    oldest.leaving = true;
    leaving += oldest.counted;
    oldest.evict();
  }
}
