/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

/**
 * Who is next to whom in an undirected weighted graph, row by row: the neighbours of {@code v} are
 * {@code neighbours[k]} with {@code start(v) <= k < end(v)}, the edge to each weighs {@code
 * weights[k]}. Every edge stands in both rows. There are no loops and no parallel edges.
 *
 * <p>The arrays are handed out as they are, for algorithms that read all of them, and are for
 * reading only. Whether they may change meanwhile says who hands them out.
 */
public interface Adjacency {

  /** Rows are those of {@code 0 <= v < size()}; those of absent nodes are empty. */
  int size();

  /** Where the row of {@code v} begins. */
  int start(int v);

  /** Behind the last entry of the row of {@code v}. */
  int end(int v);

  int[] neighbours();

  /** Finite and &gt; 0. */
  float[] weights();

  /** How many edges {@code v} has. */
  default int degree(int v) {
    return end(v) - start(v);
  }
}
