/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import java.security.SecureRandom;

/**
 * The outcomes that a gateway delivered lately, by their digests, and to which agents. A router
 * that dies after it delivered an outcome and before it told another router of it leaves nobody who
 * knows that it was routed, but the gateways that were told; and the router that takes over may
 * find receivers that the first one did not. Two generations: each delivery is remembered for
 * {@link #SPAN_NANOS} to twice that, or among the last {@link #MOST} to twice that where more come,
 * in at most 8 MiB. Gateway's loop only.
 */
final class RecentOutcomes {
  /** Well over the time in which a gateway gives a dead router up and asks another one. */
  static final long SPAN_NANOS = 5_000_000_000L;

  /** So many that 10 000 outcomes a second with five receivers each are remembered for the span. */
  static final int MOST = 1 << 18;

  private static final int LEAST_SLOTS = 1 << 10;

  /** Secret, since clients choose what agents are called. */
  private final long seed = new SecureRandom().nextLong();

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

    boolean contains(long entry) {
      return slots[slotOf(entry)] == entry;
    }

    /** Adds what is not contained. */
    void add(long entry) {
      if (size == slots.length / 2) {
        grow();
      }
      slots[slotOf(entry)] = entry;
      size++;
    }

    private int slotOf(long entry) {
      int slot = (int) entry & (slots.length - 1);
      while (slots[slot] != 0 && slots[slot] != entry) {
        slot = (slot + 1) & (slots.length - 1);
      }
      return slot;
    }

    private void grow() {
      long[] fewer = slots;
      slots = new long[fewer.length * 2];
      for (long entry : fewer) {
        if (entry != 0) {
          slots[slotOf(entry)] = entry;
        }
      }
    }
  }

  /**
   * Notes that an outcome is delivered to an agent.
   *
   * @param nowNanos of {@link System#nanoTime}
   * @return whether it was not before
   */
  boolean isFirst(long digest, String agentId, long nowNanos) {
    turn(nowNanos);
    long entry = entry(digest, agentId);
    if (young.contains(entry) || old.contains(entry)) {
      return false;
    }
    young.add(entry);
    return true;
  }

  /** Four characters at a time, and the length, since those that are missing count as zero. */
  private long entry(long digest, String agentId) {
    long hash = mix(digest ^ seed);
    long four = 0;
    for (int i = 0; i < agentId.length(); i++) {
      four = four << Character.SIZE | agentId.charAt(i);
      if (i % 4 == 3) {
        hash = mix(hash ^ four);
        four = 0;
      }
    }
    hash = mix(mix(hash ^ four) ^ agentId.length());
    return hash == 0 ? 1 : hash;
  }

  /** The finaliser of SplitMix64 (G. Steele, D. Lea, C. Flood, 2014). */
  private static long mix(long hash) {
    long mixed = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
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
