/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Numbers texts from 0 on in the order in which they come, and keeps each once. Hashes are seeded,
 * so that nobody can write a document whose keys all fall on one place (open addressing with linear
 * probing). One thread at a time.
 */
final class Names {
  static final int NONE = -1;

  private final long seed = ThreadLocalRandom.current().nextLong() | 1;

  /** Of each name its number, and above that its hash, which tells most others from it. */
  private long[] table = emptyTable(64);

  private @Nullable String[] texts = new String[32];
  private int size;

  int size() {
    return size;
  }

  /** The text with a number. */
  String text(int number) {
    String text = texts[number];
    if (text == null) {
      throw new IllegalArgumentException("no name " + number);
    }
    return text;
  }

  /** The number of a text, or {@link #NONE}. */
  int find(String text) {
    return (int) table[place(text, hash(text))];
  }

  /** The number of a text, a new one where it has none. */
  int number(String text) {
    int hash = hash(text);
    int place = place(text, hash);
    if (table[place] != NONE) {
      return (int) table[place];
    }
    if (size == texts.length) {
      grow();
      place = place(text, hash);
    }
    texts[size] = text;
    table[place] = entry(hash, size);
    return size++;
  }

  private static long entry(int hash, int number) {
    return ((long) hash << 32) | number;
  }

  /** Where a text is in the table, or would be. */
  private int place(String text, int hash) {
    int place = hash & (table.length - 1);
    while (table[place] != NONE && !isAt(place, text, hash)) {
      place = (place + 1) & (table.length - 1);
    }
    return place;
  }

  private boolean isAt(int place, String text, int hash) {
    long entry = table[place];
    return (int) (entry >>> 32) == hash && text.equals(texts[(int) entry]);
  }

  private void grow() {
    texts = Arrays.copyOf(texts, 2 * size);
    long[] before = table;
    table = emptyTable(2 * before.length);
    for (long entry : before) {
      if (entry != NONE) {
        table[free((int) (entry >>> 32))] = entry;
      }
    }
  }

  private int free(int hash) {
    int place = hash & (table.length - 1);
    while (table[place] != NONE) {
      place = (place + 1) & (table.length - 1);
    }
    return place;
  }

  /** Never negative, so that no entry is taken for none. */
  private int hash(String text) {
    long hash = seed;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return (int) (hash ^ (hash >>> 32)) & Integer.MAX_VALUE;
  }

  private static long[] emptyTable(int length) {
    long[] table = new long[length];
    Arrays.fill(table, NONE);
    return table;
  }
}
