/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import java.util.Random;

/**
 * Lengths for edges, the same for the same seed and ends: multiples of 1/256 up to 1, whose sums
 * are exact in floats as in doubles, and which come back from their reciprocals as they were. So
 * every library finds the same distances to the last bit, whichever it computes with. Stateless.
 *
 * @param seed of all lengths
 */
record Roads(long seed) {
  private static final float PARTS = 256;

  float length(int a, int b) {
    Random random = new Random(seed ^ ((long) Math.min(a, b) << 32 | Math.max(a, b)));
    while (true) {
      float length = (1 + random.nextInt((int) PARTS)) / PARTS;
      if (1 / (1 / length) == length) {
        return length;
      }
    }
  }
}
