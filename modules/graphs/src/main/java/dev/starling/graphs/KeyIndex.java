/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds slots by their keys without an object per entry: open addressing with linear probing
 * (Knuth, volume 3, 6.4, algorithms L and R). The keys themselves are the caller's, by slot. One
 * thread at a time.
 */
final class KeyIndex {
  private static final int FREE = -1;

  private int[] table = filled(16);
  private int count;

  private static int[] filled(int length) {
    int[] table = new int[length];
    Arrays.fill(table, FREE);
    return table;
  }

  /** The slot of a key, or -1. */
  int find(String key, @Nullable String[] keys) {
    for (int at = home(key); ; at = (at + 1) & (table.length - 1)) {
      int slot = table[at];
      if (slot == FREE || key.equals(keys[slot])) {
        return slot;
      }
    }
  }

  /** Adds a slot whose key is not there yet. */
  void add(int slot, @Nullable String[] keys) {
    if (2 * (count + 1) > table.length) {
      grow(keys);
    }
    insert(slot, keys);
    count++;
  }

  private void grow(@Nullable String[] keys) {
    int[] before = table;
    table = filled(2 * before.length);
    for (int slot : before) {
      if (slot != FREE) {
        insert(slot, keys);
      }
    }
  }

  private void insert(int slot, @Nullable String[] keys) {
    int at = home(keyOf(slot, keys));
    while (table[at] != FREE) {
      at = (at + 1) & (table.length - 1);
    }
    table[at] = slot;
  }

  /** Removes a slot while its key is still known. */
  void remove(int slot, @Nullable String[] keys) {
    int at = home(keyOf(slot, keys));
    while (table[at] != slot) {
      at = (at + 1) & (table.length - 1);
    }
    closeGap(at, keys);
    count--;
  }

  /** Moves back what was pushed on by the entry that is gone. */
  private void closeGap(int gap, @Nullable String[] keys) {
    int free = gap;
    for (int at = (gap + 1) & (table.length - 1);
        table[at] != FREE;
        at = (at + 1) & (table.length - 1)) {
      int home = home(keyOf(table[at], keys));
      boolean isBetween = free <= at ? free < home && home <= at : free < home || home <= at;
      if (!isBetween) {
        table[free] = table[at];
        free = at;
      }
    }
    table[free] = FREE;
  }

  private static String keyOf(int slot, @Nullable String[] keys) {
    String key = keys[slot];
    if (key == null) {
      throw new IllegalStateException("slot " + slot + " has no key");
    }
    return key;
  }

  private int home(String key) {
    int hash = key.hashCode() * 0x9E3779B9;
    return (hash ^ (hash >>> 16)) & (table.length - 1);
  }
}
