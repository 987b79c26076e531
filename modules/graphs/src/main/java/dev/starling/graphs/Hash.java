/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

/** Numbers that look random and are always the same (SplitMix64; Steele, Lea and Flood 2014). */
public final class Hash {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Hash() {}

  /** The {@code index}-th number of a seed's sequence. */
  public static long of(long seed, long index) {
    long z = seed + GOLDEN * (index + 1);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
