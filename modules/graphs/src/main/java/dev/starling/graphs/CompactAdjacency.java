/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

/**
 * An adjacency that never changes, its rows one behind the other without a gap (compressed sparse
 * rows). Safe on any thread.
 */
public final class CompactAdjacency implements Adjacency {
  private final int[] offsets;
  private final int[] neighbours;
  private final float[] weights;

  private CompactAdjacency(int[] offsets, int[] neighbours, float[] weights) {
    this.offsets = offsets;
    this.neighbours = neighbours;
    this.weights = weights;
  }

  /** A copy of what another one holds now. */
  public static CompactAdjacency copyOf(Adjacency graph) {
    int[] offsets = new int[graph.size() + 1];
    for (int v = 0; v < graph.size(); v++) {
      offsets[v + 1] = offsets[v] + graph.degree(v);
    }
    int[] neighbours = new int[offsets[graph.size()]];
    float[] weights = new float[neighbours.length];
    for (int v = 0; v < graph.size(); v++) {
      int degree = graph.degree(v);
      System.arraycopy(graph.neighbours(), graph.start(v), neighbours, offsets[v], degree);
      System.arraycopy(graph.weights(), graph.start(v), weights, offsets[v], degree);
    }
    return new CompactAdjacency(offsets, neighbours, weights);
  }

  @Override
  public int size() {
    return offsets.length - 1;
  }

  @Override
  public int start(int v) {
    return offsets[v];
  }

  @Override
  public int end(int v) {
    return offsets[v + 1];
  }

  @Override
  public int[] neighbours() {
    return neighbours;
  }

  @Override
  public float[] weights() {
    return weights;
  }
}
