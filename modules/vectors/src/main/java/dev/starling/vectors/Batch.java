/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import java.util.ArrayList;
import java.util.List;

/**
 * Several queries on their way through an index together, in groups that share a kernel pass.
 *
 * <p>All groups visit a segment before the next segment is touched, so it comes from memory once
 * and from the cache for the others. Owned by the thread that searches; allocates per query, not
 * per row.
 *
 * @param <E> what a hit reports
 */
final class Batch<E> {
  /** Buffers of the queries that may match, ready to be filled. */
  private final List<Hits<E>> outs;

  private final float[][] queries = new float[Kernels.MAX_QUERIES][];
  private final float[][] dots = new float[Kernels.MAX_QUERIES][];

  private Batch(List<Hits<E>> outs) {
    this.outs = outs;
  }

  /** Checks and prepares every query, and only then clears the buffers. */
  static <E> Batch<E> aim(
      float[][] queries, double[] thresholds, List<Hits<E>> outs, int dimension) {
    if (queries.length != thresholds.length || queries.length != outs.size()) {
      throw new IllegalArgumentException(
          "expected as many thresholds and buffers as queries, got "
              + thresholds.length
              + " and "
              + outs.size()
              + " for "
              + queries.length);
    }
    requireDistinct(outs);
    List<Hits<E>> aimed = new ArrayList<>(queries.length);
    for (int j = 0; j < queries.length; j++) {
      if (outs.get(j).probe.aim(queries[j], thresholds[j], dimension)) {
        aimed.add(outs.get(j));
      }
    }
    outs.forEach(Hits::clear);
    return new Batch<>(aimed);
  }

  /** A buffer that occurs twice bears the number of its last place only. */
  private static void requireDistinct(List<? extends Hits<?>> outs) {
    for (int j = 0; j < outs.size(); j++) {
      outs.get(j).probe.ticket = j;
    }
    for (int j = 0; j < outs.size(); j++) {
      if (outs.get(j).probe.ticket != j) {
        throw new IllegalArgumentException(
            "expected distinct buffers, the one at index " + j + " occurs again");
      }
    }
  }

  /** Makes room for the dot products with {@code rows} rows. */
  void reserve(int rows) {
    for (Hits<E> out : outs) {
      out.probe.reserve(rows);
    }
  }

  /** Scans one segment for all queries, all of them over the same rows. */
  void scan(Segment<E> segment, Kernels kernels, int dimension) {
    int count = segment.count;
    for (int from = 0; from < outs.size(); from += Kernels.MAX_QUERIES) {
      int n = Math.min(Kernels.MAX_QUERIES, outs.size() - from);
      for (int j = 0; j < n; j++) {
        queries[j] = outs.get(from + j).probe.scaled;
        dots[j] = outs.get(from + j).probe.dots;
      }
      kernels.dots(queries, n, dimension, segment.components, 0, count, dots);
      for (int j = 0; j < n; j++) {
        Hits<E> out = outs.get(from + j);
        out.probe.report(segment, count, out);
      }
    }
  }

  /** Lets go of the queries. */
  void release() {
    for (Hits<E> out : outs) {
      out.probe.release();
    }
  }
}
