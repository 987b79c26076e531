/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Which slots are free, lowest first. A slot that was given back rests until everybody was told.
 * One thread at a time.
 */
final class SlotPool {
  private final BitSet free = new BitSet();

  /**
   * Slots that nobody has any more, by when they were given back, with the version of the graph
   * then. In a copy of a graph nothing is recycled, and any of them may be taken.
   */
  private final SequencedMap<Integer, Long> resting = new LinkedHashMap<>();

  private int freeSlots;

  /** No slot below it is free. */
  private int lowest;

  private int unused;

  /** The lowest free slot. */
  int take() {
    if (freeSlots == 0) {
      return unused++;
    }
    lowest = free.nextSetBit(lowest);
    claim(lowest);
    return lowest;
  }

  /** The slots that {@link #take()} would give from now on, in that order. */
  int[] next(int count) {
    int[] slots = new int[count];
    int from = lowest;
    for (int i = 0; i < count; i++) {
      if (i < freeSlots) {
        from = free.nextSetBit(from);
        slots[i] = from++;
      } else {
        slots[i] = unused + i - freeSlots;
      }
    }
    return slots;
  }

  /** Takes a certain slot, free or resting, and says whether nobody had it. */
  boolean take(int slot) {
    if (slot >= unused) {
      release(unused, slot);
      unused = slot + 1;
      return true;
    }
    if (free.get(slot)) {
      claim(slot);
      return true;
    }
    return resting.remove(slot) != null;
  }

  private void claim(int slot) {
    free.clear(slot);
    freeSlots--;
  }

  private void release(int from, int to) {
    if (from < to) {
      free.set(from, to);
      freeSlots += to - from;
      lowest = Math.min(lowest, from);
    }
  }

  /** Slots that were never given back to be used again, and those in use. */
  int taken() {
    return unused - freeSlots;
  }

  /** Takes a slot back for the time being; the versions of later calls are no lower. */
  void rest(int slot, long version) {
    resting.put(slot, version);
  }

  /** Frees what was given back at this version or before. */
  void recycle(long version) {
    Map.Entry<Integer, Long> oldest = resting.firstEntry();
    while (oldest != null && oldest.getValue() <= version) {
      int slot = oldest.getKey();
      resting.remove(slot);
      release(slot, slot + 1);
      oldest = resting.firstEntry();
    }
  }
}
