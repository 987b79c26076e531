/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.synthesis;

import java.util.Arrays;

/**
 * Which words a text has, in four bytes each: their hashes, sorted. Two words of the same hash
 * count as one, which is rare and makes a text look a little nearer than it is. Immutable.
 */
final class Words {
  private final int[] hashes;

  private Words(int[] hashes) {
    this.hashes = hashes;
  }

  static Words of(String text) {
    return new Words(
        Extract.words(text).stream().mapToInt(String::hashCode).sorted().distinct().toArray());
  }

  /** How many words two texts have in common. */
  int shared(Words other) {
    int shared = 0;
    for (int hash : other.hashes) {
      shared += Arrays.binarySearch(hashes, hash) >= 0 ? 1 : 0;
    }
    return shared;
  }

  long bytes() {
    return 4L * hashes.length;
  }
}
