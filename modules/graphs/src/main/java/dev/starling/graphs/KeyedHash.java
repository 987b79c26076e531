/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * Hashes that depend on two secret numbers: clients choose what nodes are called and which are next
 * to each other, and could choose ones that all collide if they knew what is made of them. Others
 * in every process, so that nothing that is kept or told may follow from them. Safe on any thread.
 */
final class KeyedHash {
  /** A Mersenne prime: a remainder by it takes shifts and no division. */
  private static final long PRIME = (1L << 61) - 1;

  private final long base;
  private final long seed;

  /** A hash of its own for each generator; {@link #drawn} is the one that nobody can foresee. */
  KeyedHash(RandomGenerator random) {
    base = random.nextLong(1L << 16, PRIME);
    seed = random.nextLong();
  }

  static KeyedHash drawn() {
    return new KeyedHash(new SecureRandom());
  }

  /**
   * Of a text, whose UTF-16 units are taken as the digits of a number behind a leading 1. Two texts
   * of up to n units have the same remainder for at most n of all bases, which are nearly 2^61
   * (Carter and Wegman 1979); by 2^64 there would be texts that collide in every base.
   */
  long of(String text) {
    long remainder = 1;
    for (int i = 0; i < text.length(); i++) {
      remainder = timesBase(remainder) + text.charAt(i);
    }
    return Hash.of(seed, remainder);
  }

  long of(int number) {
    return Hash.of(seed, number);
  }

  /** A little above {@link #PRIME} at the most, which the next step takes as well. */
  private long timesBase(long factor) {
    long low = factor * base;
    long rest = (Math.multiplyHigh(factor, base) << 3) | (low >>> 61);
    long sum = (low & PRIME) + rest;
    return (sum & PRIME) + (sum >>> 61);
  }
}
