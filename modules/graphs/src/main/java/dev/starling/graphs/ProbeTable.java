/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;

/**
 * A set of numbers that are found by what stands under them elsewhere, without an object per entry:
 * open addressing with linear probing (Knuth, volume 3, 6.4, algorithms L and R). Whoever holds it
 * knows the hash of each entry, which must not change while the entry is there. One thread at a
 * time.
 */
final class ProbeTable {
  private static final int FREE = -1;

  private int[] table = filled(16);
  private int count;

  private static int[] filled(int length) {
    int[] table = new int[length];
    Arrays.fill(table, FREE);
    return table;
  }

  /** The entry with this hash that is meant, or -1. */
  int find(long hash, IntPredicate isMeant) {
    int at = home(hash);
    while (table[at] != FREE && !isMeant.test(table[at])) {
      at = next(at);
    }
    return table[at];
  }

  /**
   * Adds an entry that is not there yet.
   *
   * @param entry {@code >= 0}
   * @param hashes of it and of all that are there
   */
  void add(int entry, IntToLongFunction hashes) {
    if (2 * (count + 1) > table.length) {
      grow(hashes);
    }
    insert(entry, hashes);
    count++;
  }

  private void grow(IntToLongFunction hashes) {
    int[] before = table;
    table = filled(2 * before.length);
    for (int entry : before) {
      if (entry != FREE) {
        insert(entry, hashes);
      }
    }
  }

  private void insert(int entry, IntToLongFunction hashes) {
    int at = home(hashes.applyAsLong(entry));
    while (table[at] != FREE) {
      at = next(at);
    }
    table[at] = entry;
  }

  /** Removes an entry that is there, while its hash is still known. */
  void remove(int entry, IntToLongFunction hashes) {
    closeGap(placeOf(entry, hashes), hashes);
    count--;
  }

  /** Puts another entry, to which the hash passes, in the place of one that is there. */
  void rename(int entry, int other, IntToLongFunction hashes) {
    table[placeOf(entry, hashes)] = other;
  }

  private int placeOf(int entry, IntToLongFunction hashes) {
    int at = home(hashes.applyAsLong(entry));
    while (table[at] != entry) {
      at = next(at);
    }
    return at;
  }

  /** Moves back what was pushed on by the entry that is gone. */
  private void closeGap(int gap, IntToLongFunction hashes) {
    int free = gap;
    for (int at = next(gap); table[at] != FREE; at = next(at)) {
      int home = home(hashes.applyAsLong(table[at]));
      boolean isBetween = free <= at ? free < home && home <= at : free < home || home <= at;
      if (!isBetween) {
        table[free] = table[at];
        free = at;
      }
    }
    table[free] = FREE;
  }

  private int home(long hash) {
    return (int) hash & (table.length - 1);
  }

  private int next(int at) {
    return (at + 1) & (table.length - 1);
  }
}
