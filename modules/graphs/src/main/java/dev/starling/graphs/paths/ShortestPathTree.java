/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.paths;

import java.util.Arrays;

/**
 * The shortest paths from one node to all others: how far each is, and which comes before it. The
 * arrays are handed out as they are, for reading only, and are written by {@link DeltaStepping};
 * whoever publishes them takes a copy. One thread at a time.
 */
public final class ShortestPathTree {
  /** The parent of the source and of what cannot be reached. */
  public static final int NONE = -1;

  private final int source;
  private float[] distance = new float[0];
  private int[] parent = new int[0];

  /** A tree that reaches nothing yet. */
  public ShortestPathTree(int source) {
    this.source = source;
  }

  public int source() {
    return source;
  }

  /** {@code float[>= nodes]}: the length of the shortest path, +∞ where there is none. */
  public float[] distance() {
    return distance;
  }

  /** {@code int[>= nodes]}: the last node but one of the shortest path, or {@link #NONE}. */
  public int[] parent() {
    return parent;
  }

  /** Whether the edge between two nodes is part of the tree. */
  public boolean uses(int a, int b) {
    return isParent(a, b) || isParent(b, a);
  }

  private boolean isParent(int child, int of) {
    return child < parent.length && parent[child] == of;
  }

  /** Forgets all paths and makes room for {@code nodes}. */
  void clear(int nodes) {
    if (distance.length < nodes) {
      distance = new float[nodes + (nodes >> 2)];
      parent = new int[distance.length];
    }
    Arrays.fill(distance, Float.POSITIVE_INFINITY);
    Arrays.fill(parent, NONE);
  }

  /** Makes room for {@code nodes}; the new ones are out of reach. */
  void growTo(int nodes) {
    int before = distance.length;
    if (before < nodes) {
      distance = Arrays.copyOf(distance, nodes + (nodes >> 2));
      parent = Arrays.copyOf(parent, distance.length);
      Arrays.fill(distance, before, distance.length, Float.POSITIVE_INFINITY);
      Arrays.fill(parent, before, parent.length, NONE);
    }
  }
}
