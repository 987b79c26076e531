/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds, among the fingerprints of one dimension, every one whose cosine with a query reaches a
 * threshold: exactly, by scanning.
 *
 * <p>The truth is {@link Fingerprints#cosine} of the floats as given. Single-precision kernels only
 * rule rows out, with a proven error bound (see {@link Probe}); what they leave is decided, and
 * reported, in double. Rows are stored scaled by a power of two (see {@link Scaling}), so tiny,
 * huge and subnormal components are as good as any.
 *
 * <p>Threads: {@code add} and {@code remove} belong to one writer at a time, which the caller
 * guarantees (one thread, or a lock). Searches and the other accessors run on any thread, at the
 * same time, without locks. An add that returned is seen by every search that starts later; a
 * remove that returned is not reported by any search that starts later. A search beside a write may
 * or may not see it, and sees every row whole and at most once.
 *
 * <p>Memory: rows live in segments of at most 256. A segment whose removed rows reach a quarter is
 * replaced by a copy without them, or merged with another that became sparse; readers keep the old
 * one until they finish. The storage stays below twice what the live rows need, plus one segment.
 *
 * @param <E> what a hit reports; kept by reference, must not be null
 */
public final class SimilarityIndex<E> {
  private static final int FIRST_ROWS = 8;
  private static final int MOST_ROWS = 256;
  private static final int LEAST_ROWS = 16;
  private static final int SEGMENT_FLOATS = 32 * 1024; // 128 KiB: stays in L2 for a whole batch

  private final int dimension;
  private final Kernels kernels;
  private final int maxRows;
  private final int segmentRows;

  /**
   * Segments that have room, had it until lately, or may grow; writer only. The first is filled to
   * the brim before the next is touched, so that at most one is half empty because it grew.
   */
  private final ArrayDeque<Segment<E>> open = new ArrayDeque<>();

  /** All rows: replaced as a whole, so a reader has each row in exactly one place. */
  private volatile Segment<E>[] snapshot;

  private volatile int size;
  private volatile long bytes;

  /**
   * Makes an empty index; it takes memory as rows come.
   *
   * @param dimension components per fingerprint, 1 to {@link Fingerprints#MAX_DIMENSION}
   * @param kernels what multiplies, usually {@link Kernels#best}
   * @param maxRows most rows held at a time, &gt;= 1
   * @throws IllegalArgumentException for a dimension or maxRows out of range
   */
  @SuppressWarnings("unchecked") // an array of a generic type cannot be made otherwise
  public SimilarityIndex(int dimension, Kernels kernels, int maxRows) {
    if (dimension < 1 || dimension > Fingerprints.MAX_DIMENSION) {
      throw new IllegalArgumentException(
          "expected a dimension of 1 to " + Fingerprints.MAX_DIMENSION + ", got " + dimension);
    }
    if (maxRows < 1) {
      throw new IllegalArgumentException("expected maxRows of at least 1, got " + maxRows);
    }
    this.dimension = dimension;
    this.kernels = kernels;
    this.maxRows = maxRows;
    this.segmentRows = Math.clamp(SEGMENT_FLOATS / dimension, LEAST_ROWS, MOST_ROWS);
    this.snapshot = (Segment<E>[]) new Segment<?>[0];
  }

  /** Components per fingerprint. */
  public int dimension() {
    return dimension;
  }

  /** Rows added and not removed, zero fingerprints included. */
  public int size() {
    return size;
  }

  /**
   * Bytes held for components, norms and row references, slack included; handles, entries and
   * object headers are not counted.
   */
  public long bytes() {
    return bytes;
  }

  /**
   * Adds a copy of a fingerprint. Writer only.
   *
   * <p>A zero fingerprint is accepted: it counts, can be removed, and never matches, whatever the
   * threshold.
   *
   * @param fingerprint {@code float[dimension]}, finite, in any scale
   * @param entry what a hit on this row reports
   * @return the handle to remove it with
   * @throws IllegalArgumentException for a wrong length or a non-finite component
   * @throws IndexFullException when the index holds {@code maxRows} rows
   */
  public Row<E> add(float[] fingerprint, E entry) {
    Fingerprints.requireDimension(fingerprint, dimension);
    int magnitude = Fingerprints.finiteMagnitudeBits(fingerprint);
    if (size >= maxRows) {
      throw new IndexFullException(maxRows);
    }
    Row<E> row =
        magnitude == 0 ? new Row<>(this, entry, 0, null) : place(fingerprint, magnitude, entry);
    resize(1);
    return row;
  }

  private Row<E> place(float[] fingerprint, int magnitude, E entry) {
    Segment<E> segment = segmentWithRoom();
    double factor = Scaling.factor(magnitude);
    double squares = Fingerprints.squaredNorm(fingerprint);
    float norm = (float) (Math.sqrt(squares) * factor);
    int at = segment.count * dimension;
    boolean exact = Scaling.apply(factor, fingerprint, segment.components, at);
    Row<E> row =
        exact
            ? new Row<>(this, entry, squares * factor * factor, null)
            : new Row<>(this, entry, squares, fingerprint.clone());
    segment.publish(row, norm);
    account(originalBytes(row));
    return row;
  }

  /**
   * Removes a row; a row already removed is left alone. Writer only.
   *
   * @throws IllegalArgumentException when the row belongs to another index
   */
  public void remove(Row<E> row) {
    if (row.index != this) {
      throw new IllegalArgumentException("expected a row of this index, got one of another");
    }
    if (!row.indexed()) {
      return;
    }
    row.entry = null;
    resize(-1);
    account(-originalBytes(row));
    Segment<E> segment = row.segment;
    row.segment = null;
    if (segment != null) {
      segment.dead++;
      if (4 * segment.dead >= segment.count) {
        compact(segment);
      }
    }
  }

  /**
   * Finds every row whose cosine with the query is at least the threshold.
   *
   * <p>Zero fingerprints never match, as rows or as query, not even at a threshold of 0 or less.
   *
   * @param query {@code float[dimension]}, finite; must not change during the call
   * @param threshold in (-1, 1]
   * @param out cleared, then filled in no particular order; untouched when an argument is bad
   * @throws IllegalArgumentException for a wrong length, a non-finite component or a threshold out
   *     of range
   */
  public void search(float[] query, double threshold, Hits<E> out) {
    Probe probe = out.probe;
    boolean aimed = probe.aim(query, threshold, dimension);
    out.clear();
    if (!aimed) {
      return;
    }
    probe.reserve(segmentRows);
    for (Segment<E> segment : snapshot) {
      int count = segment.count;
      kernels.dots(probe.scaled, dimension, segment.components, 0, count, probe.dots);
      probe.report(segment, count, out);
    }
    probe.release();
  }

  /**
   * Searches for several queries in one pass over the rows: the same as {@link #search(float[],
   * double, Hits)} for each, cheaper where memory traffic is what costs.
   *
   * @param queries {@code float[n][dimension]}, finite; must not change during the call
   * @param thresholds {@code double[n]}, each in (-1, 1]
   * @param outs n distinct buffers, each cleared, then filled; untouched when an argument is bad
   * @throws IllegalArgumentException as for a single search, or when the three lengths differ, or
   *     when one buffer occurs twice
   */
  public void search(float[][] queries, double[] thresholds, List<Hits<E>> outs) {
    Batch<E> batch = Batch.aim(queries, thresholds, outs, dimension);
    batch.reserve(segmentRows);
    for (Segment<E> segment : snapshot) {
      batch.scan(segment, kernels, dimension);
    }
    batch.release();
  }

  private Segment<E> segmentWithRoom() {
    Segment<E> segment = open.peekFirst();
    while (segment != null && segment.full()) {
      if (segment.capacity() < segmentRows) {
        return first(replace(segment, null, 2 * segment.capacity()));
      }
      open.removeFirst();
      segment = open.peekFirst();
    }
    return segment == null ? first(grow()) : segment;
  }

  private Segment<E> grow() {
    Segment<E> added = newSegment(Math.max(FIRST_ROWS, size));
    snapshot = Segment.with(snapshot, added);
    account(added.bytes());
    return added;
  }

  private Segment<E> first(Segment<E> segment) {
    open.addFirst(segment);
    return segment;
  }

  private Segment<E> newSegment(int capacity) {
    return new Segment<>(Math.min(capacity, segmentRows), dimension);
  }

  private void compact(Segment<E> segment) {
    int live = segment.live();
    if (live == 0) {
      retire(segment);
      snapshot = Segment.withoutRetired(snapshot);
      return;
    }
    Segment<E> partner = partner(segment);
    int together = partner == null ? live : live + partner.live();
    open.addLast(replace(segment, partner, Math.max(FIRST_ROWS, together + together / 4)));
  }

  /** Another segment that, joined with this one, leaves a quarter of a segment free; or null. */
  private @Nullable Segment<E> partner(Segment<E> segment) {
    int room = segmentRows - segmentRows / 4 - segment.live();
    for (Segment<E> other : snapshot) {
      if (other != segment && other.live() <= room) {
        return other;
      }
    }
    return null;
  }

  /** Moves the live rows of one or two segments into a new one, for readers in a single step. */
  private Segment<E> replace(Segment<E> first, @Nullable Segment<E> second, int capacity) {
    Segment<E> copy = newSegment(capacity);
    copy.appendLive(first, dimension);
    retire(first);
    if (second != null) {
      copy.appendLive(second, dimension);
      retire(second);
    }
    account(copy.bytes());
    snapshot = Segment.with(Segment.withoutRetired(snapshot), copy);
    return copy;
  }

  private void retire(Segment<E> segment) {
    segment.retired = true;
    open.remove(segment);
    account(-segment.bytes());
  }

  private void resize(int change) {
    int now = size + change;
    size = now;
  }

  private void account(long change) {
    long now = bytes + change;
    bytes = now;
  }

  private static long originalBytes(Row<?> row) {
    return row.original == null ? 0 : (long) row.original.length * Float.BYTES;
  }
}
