/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

/**
 * The outcomes that a gateway delivered lately, by their digests. A router that dies after it
 * delivered an outcome and before it told another router of it leaves nobody who knows that it was
 * routed, but the gateways that were told. Two generations: each is remembered for {@link
 * #SPAN_NANOS} to twice that, or among the last {@link #MOST} to twice that where more come, in at
 * most 4 MiB. Gateway's loop only.
 */
final class RecentOutcomes {
  /** Well over the time in which a gateway gives a dead router up and asks another one. */
  static final long SPAN_NANOS = 5_000_000_000L;

  static final int MOST = 1 << 17;
  private static final int LEAST_SLOTS = 1 << 10;

  private Generation young = new Generation();
  private Generation old = new Generation();
  private long youngSince;

  RecentOutcomes(long nowNanos) {
    youngSince = nowNanos;
  }

  /** Open addressing with linear probing, at most half full; 0 marks a free slot. */
  private static final class Generation {
    private long[] slots = new long[LEAST_SLOTS];
    private int size;

    boolean contains(long digest) {
      return slots[slotOf(digest)] == digest;
    }

    /** Adds what is not contained. */
    void add(long digest) {
      if (size == slots.length / 2) {
        grow();
      }
      slots[slotOf(digest)] = digest;
      size++;
    }

    private int slotOf(long digest) {
      int slot = (int) digest & (slots.length - 1);
      while (slots[slot] != 0 && slots[slot] != digest) {
        slot = (slot + 1) & (slots.length - 1);
      }
      return slot;
    }

    private void grow() {
      long[] fewer = slots;
      slots = new long[fewer.length * 2];
      for (long digest : fewer) {
        if (digest != 0) {
          slots[slotOf(digest)] = digest;
        }
      }
    }
  }

  /**
   * Notes an outcome.
   *
   * @param nowNanos of {@link System#nanoTime}
   * @return whether it was not delivered before
   */
  boolean isFirst(long digest, long nowNanos) {
    turn(nowNanos);
    long entry = digest == 0 ? 1 : digest;
    if (young.contains(entry) || old.contains(entry)) {
      return false;
    }
    young.add(entry);
    return true;
  }

  private void turn(long nowNanos) {
    long age = nowNanos - youngSince;
    if (age < SPAN_NANOS && young.size < MOST) {
      return;
    }
    old = age < 2 * SPAN_NANOS ? young : new Generation();
    young = new Generation();
    youngSince = nowNanos;
  }
}
