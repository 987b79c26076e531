/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.graphs.Adjacency;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * How much of a node's neighbourhood in the graph is its neighbourhood in space: the Jaccard index
 * of its {@code k} neighbours and of the {@code k} nodes that lie nearest, {@code k} being its
 * degree; the mean over nodes, 0 to 1. Nodes without edges are left out. Stateless.
 */
final class NeighbourhoodPreservation {
  /** Nodes asked, drawn at random in larger graphs. */
  static final int MOST_ASKED = 4_000;

  private static final long SEED = 3;

  private NeighbourhoodPreservation() {}

  static double of(Points points, Adjacency graph) {
    double sum = 0;
    int asked = 0;
    for (int node : asked(graph)) {
      sum += jaccard(points, graph, node);
      asked++;
    }
    return asked == 0 ? 0 : sum / asked;
  }

  private static int[] asked(Adjacency graph) {
    int[] nodes = new int[graph.size()];
    int count = 0;
    for (int node = 0; node < graph.size(); node++) {
      if (graph.degree(node) > 0) {
        nodes[count++] = node;
      }
    }
    Random random = new Random(SEED);
    for (int i = 0; i < Math.min(MOST_ASKED, count); i++) {
      int other = i + random.nextInt(count - i);
      int node = nodes[other];
      nodes[other] = nodes[i];
      nodes[i] = node;
    }
    return Arrays.copyOf(nodes, Math.min(MOST_ASKED, count));
  }

  private static double jaccard(Points points, Adjacency graph, int node) {
    int k = graph.degree(node);
    Set<Integer> neighbours = new HashSet<>();
    for (int i = graph.start(node); i < graph.end(node); i++) {
      neighbours.add(graph.neighbours()[i]);
    }
    int both = 0;
    for (long key : nearest(points, node, k)) {
      both += neighbours.contains((int) key) ? 1 : 0;
    }
    return both / (double) (2 * k - both);
  }

  /** The {@code k} nearest nodes, in the low halves; of nodes equally far the lower number. */
  private static long[] nearest(Points points, int node, int k) {
    long[] keys = new long[points.size()];
    for (int other = 0; other < points.size(); other++) {
      // Bits of floats that are not negative have the order of the floats.
      long distance = Float.floatToRawIntBits((float) points.squaredDistance(node, other));
      keys[other] = distance << 32 | other;
    }
    keys[node] = Long.MAX_VALUE;
    return Selection.least(keys, k);
  }
}
