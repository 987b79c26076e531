/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import org.jspecify.annotations.Nullable;

/**
 * The handle of one fingerprint in one {@link SimilarityIndex}, needed to remove it again.
 *
 * <p>Opaque. {@link #indexed()} may be asked on any thread; all else belongs to the index.
 *
 * @param <E> what a hit reports
 */
public final class Row<E> {
  final SimilarityIndex<E> index;

  /** What a hit reports; null once removed. The one word that readers and the writer share. */
  volatile @Nullable E entry;

  /** Sum of squares of the components that decide: of {@link #original}, else of the segment. */
  final double squaredNorm;

  /** {@code float[d]} as given when the segment's scaled copy is not exact, else null. */
  final float @Nullable [] original;

  /** Where the components are, null for a zero fingerprint and once removed; writer only. */
  @Nullable Segment<E> segment;

  Row(SimilarityIndex<E> index, E entry, double squaredNorm, float @Nullable [] original) {
    this.index = index;
    this.entry = entry;
    this.squaredNorm = squaredNorm;
    this.original = original;
  }

  /** Whether the row is still in its index. */
  public boolean indexed() {
    return entry != null;
  }
}
