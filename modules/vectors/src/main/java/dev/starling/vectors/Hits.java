/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a search found: pairs of an entry and its similarity, in no particular order.
 *
 * <p>A growable buffer made to be used again, so that a search allocates nothing once it has grown.
 * It also carries the working memory of a search, some kilobytes whatever the size of the index.
 * Owned by one thread at a time; hand it to another only as any plain object is handed over.
 *
 * @param <E> what a hit reports
 */
public final class Hits<E> {
  private static final int FIRST_CAPACITY = 16;

  /** Working memory of the search that fills this buffer. */
  final Probe probe = new Probe();

  private @Nullable Object[] entries = new @Nullable Object[FIRST_CAPACITY];
  private double[] similarities = new double[FIRST_CAPACITY];
  private int size;

  /** Makes an empty buffer. */
  public Hits() {}

  /** Forgets all hits and the references to their entries; the capacity stays. */
  public void clear() {
    Arrays.fill(entries, 0, size, null);
    size = 0;
  }

  /** Number of hits. */
  public int size() {
    return size;
  }

  /**
   * The entry of hit {@code i}.
   *
   * @param i 0 to {@code size() - 1}
   * @throws IndexOutOfBoundsException outside that range
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // below size only add() writes, and it writes an E
  public E entry(int i) {
    return (E) entries[Objects.checkIndex(i, size)];
  }

  /**
   * The cosine of hit {@code i}, in [-1, 1], as {@link Fingerprints#cosine} gives it.
   *
   * @param i 0 to {@code size() - 1}
   * @throws IndexOutOfBoundsException outside that range
   */
  public double similarity(int i) {
    return similarities[Objects.checkIndex(i, size)];
  }

  /**
   * Adds a hit, found by a search or by the buffer's owner.
   *
   * @param similarity its cosine, in [-1, 1]
   */
  public void add(E entry, double similarity) {
    if (size == similarities.length) {
      entries = Arrays.copyOf(entries, 2 * size);
      similarities = Arrays.copyOf(similarities, 2 * size);
    }
    entries[size] = entry;
    similarities[size++] = similarity;
  }
}
