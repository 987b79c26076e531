/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import java.util.Arrays;

/**
 * A block of rows that only grows: the unit that is scanned, and replaced when too many rows died.
 *
 * <p>The writer fills slot {@code count} and then publishes it by raising {@code count}; a slot
 * below {@code count} never changes again, so no reader can see half a row. A removed row stays
 * where it is, with a null entry, until the whole segment is replaced by a copy; readers that still
 * hold the old one see its rows intact.
 *
 * @param <E> what a hit reports
 */
final class Segment<E> {
  private static final int BYTES_PER_ROW_BESIDES_COMPONENTS = Float.BYTES + Integer.BYTES;

  /** {@code float[capacity * d]}, row-major, each row scaled by its own power of two. */
  final float[] components;

  /** {@code float[capacity]}: norm of the scaled row. */
  final float[] norms;

  /** {@code Row[capacity]}: whose components these are. */
  final Row<E>[] rows;

  /** Published slots: written by the writer, read by all. */
  volatile int count;

  /** Published slots whose row was removed; writer only. */
  int dead;

  /** Whether the index replaced or dropped this segment; writer only. */
  boolean retired;

  @SuppressWarnings("unchecked") // an array of a generic type cannot be made otherwise
  Segment(int capacity, int dimension) {
    components = new float[Math.multiplyExact(capacity, dimension)];
    norms = new float[capacity];
    rows = (Row<E>[]) new Row<?>[capacity];
  }

  int capacity() {
    return rows.length;
  }

  /** Rows that were not removed; writer only. */
  int live() {
    return count - dead;
  }

  boolean full() {
    return count == rows.length;
  }

  /** Bytes of the arrays, filled or not, without object headers. */
  long bytes() {
    return (long) components.length * Float.BYTES
        + (long) capacity() * BYTES_PER_ROW_BESIDES_COMPONENTS;
  }

  /** Writer only: publishes the row whose components were written to slot {@code count}. */
  void publish(Row<E> row, float norm) {
    int slot = count;
    norms[slot] = norm;
    rows[slot] = row;
    row.segment = this;
    count = slot + 1;
  }

  /** Writer only: copies the live rows of another segment behind the rows of this one. */
  void appendLive(Segment<E> other, int dimension) {
    int slots = other.count;
    for (int slot = 0; slot < slots; slot++) {
      Row<E> row = other.rows[slot];
      if (row.indexed()) {
        System.arraycopy(
            other.components, slot * dimension, components, count * dimension, dimension);
        publish(row, other.norms[slot]);
      }
    }
  }

  /** Appends the segment to a snapshot. */
  static <E> Segment<E>[] with(Segment<E>[] snapshot, Segment<E> added) {
    Segment<E>[] longer = Arrays.copyOf(snapshot, snapshot.length + 1);
    longer[snapshot.length] = added;
    return longer;
  }

  /** Leaves the retired segments out of a snapshot. */
  static <E> Segment<E>[] withoutRetired(Segment<E>[] snapshot) {
    Segment<E>[] kept = snapshot.clone();
    int n = 0;
    for (Segment<E> segment : snapshot) {
      if (!segment.retired) {
        kept[n++] = segment;
      }
    }
    return Arrays.copyOf(kept, n);
  }
}
