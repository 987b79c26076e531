/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.util.Arrays;

/** Edges of a document, column by column: 12 bytes an edge. One thread at a time. */
public final class EdgeColumns {
  private int[] sources;
  private int[] targets;
  private float[] weights;
  private int size;

  /** No edges, with room for some. */
  public EdgeColumns(int room) {
    sources = new int[Math.max(16, room)];
    targets = new int[sources.length];
    weights = new float[sources.length];
  }

  public int size() {
    return size;
  }

  /** Adds an edge between two nodes, named by their numbers. */
  public void add(int source, int target, float weight) {
    if (size == sources.length) {
      int length = size + (size >> 1);
      sources = Arrays.copyOf(sources, length);
      targets = Arrays.copyOf(targets, length);
      weights = Arrays.copyOf(weights, length);
    }
    set(size++, source, target, weight);
  }

  int source(int edge) {
    return sources[edge];
  }

  int target(int edge) {
    return targets[edge];
  }

  float weight(int edge) {
    return weights[edge];
  }

  void set(int edge, int source, int target, float weight) {
    sources[edge] = source;
    targets[edge] = target;
    weights[edge] = weight;
  }

  /** Forgets all edges from this one on. */
  void cut(int newSize) {
    size = newSize;
  }
}
