/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/** Finds slots by their keys, which are the caller's, by slot. One thread at a time. */
final class KeyIndex {
  private final KeyedHash hash = KeyedHash.drawn();
  private final ProbeTable slots = new ProbeTable();

  /** The slot of a key, or -1. */
  int find(String key, @Nullable String[] keys) {
    return slots.find(hash.of(key), slot -> key.equals(keys[slot]));
  }

  /** Adds a slot whose key is not there yet. */
  void add(int slot, @Nullable String[] keys) {
    slots.add(slot, hashes(keys));
  }

  /** Removes a slot while its key is still known. */
  void remove(int slot, @Nullable String[] keys) {
    slots.remove(slot, hashes(keys));
  }

  private IntToLongFunction hashes(@Nullable String[] keys) {
    return slot -> hash.of(keyOf(slot, keys));
  }

  private static String keyOf(int slot, @Nullable String[] keys) {
    String key = keys[slot];
    if (key == null) {
      throw new IllegalStateException("slot " + slot + " has no key");
    }
    return key;
  }
}
