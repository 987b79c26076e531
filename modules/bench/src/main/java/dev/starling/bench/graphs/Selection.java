/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import java.util.Arrays;

/** Finds the least of many numbers without sorting all of them (Hoare 1961). Stateless. */
final class Selection {
  private Selection() {}

  /** The {@code k} least of {@code keys}, in no order; {@code keys} are moved about. */
  static long[] least(long[] keys, int k) {
    int from = 0;
    int to = keys.length - 1;
    while (from < to) {
      long pivot = keys[(from + to) >>> 1];
      int low = from;
      int high = to;
      while (low <= high) {
        while (keys[low] < pivot) {
          low++;
        }
        while (keys[high] > pivot) {
          high--;
        }
        if (low <= high) {
          long key = keys[low];
          keys[low++] = keys[high];
          keys[high--] = key;
        }
      }
      if (k <= high) {
        to = high;
      } else if (k > low) {
        from = low;
      } else {
        break;
      }
    }
    return Arrays.copyOf(keys, k);
  }
}
