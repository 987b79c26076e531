/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.frame;

/**
 * The shortest paths from one node to all others, by slot. The arrays belong to the columns and
 * never change.
 *
 * @param term of the simulator that leads
 * @param version rises with each change of these paths within a term
 * @param source slot of the node that they begin at
 * @param distances {@code float[slots]}: sum of {@code 1 / weight} along the path; 0 for the
 *     source, +∞ where no path leads
 * @param parents {@code int[slots]}: slot of the last node but one; −1 for the source and where no
 *     path leads
 */
public record PathColumns(long term, long version, int source, float[] distances, int[] parents) {
  /** The parent of the source and of what no path leads to. */
  public static final int NONE = -1;

  /** Refuses columns of different lengths. */
  public PathColumns {
    if (distances.length != parents.length) {
      throw new IllegalArgumentException(distances.length + " distances, " + parents.length);
    }
  }

  /** How far a node is; +∞ for a slot beyond the columns. */
  public float distance(int slot) {
    return slot < distances.length ? distances[slot] : Float.POSITIVE_INFINITY;
  }

  /** What comes before a node; −1 for a slot beyond the columns. */
  public int parent(int slot) {
    return slot < parents.length ? parents[slot] : NONE;
  }
}
