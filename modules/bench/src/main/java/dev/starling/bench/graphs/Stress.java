/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.graphs.Adjacency;
import java.util.Arrays;
import java.util.Random;

/**
 * How far distances in space are from those in the graph: the mean of {@code (s · d / g - 1)²} over
 * pairs, {@code d} being the distance in space, {@code g} the number of edges of the shortest way,
 * and {@code s} the scale that makes it least (Gansner, Koren and North 2004, with weights {@code 1
 * / g²}). Pairs are those of some sources, drawn at random, with all that they reach. A ball of
 * points at random scores well in graphs of small diameter, so that its figure belongs beside each.
 * Stateless.
 */
final class Stress {
  private static final int SOURCES = 60;
  private static final long SEED = 5;

  private Stress() {}

  static double of(Points points, Adjacency graph) {
    double ratios = 0;
    double squares = 0;
    long pairs = 0;
    int[] hops = new int[graph.size()];
    int[] queue = new int[graph.size()];
    Random random = new Random(SEED);
    for (int i = 0; i < Math.min(SOURCES, graph.size()); i++) {
      int source = random.nextInt(graph.size());
      int reached = search(graph, source, hops, queue);
      for (int k = 1; k < reached; k++) {
        int node = queue[k];
        double ratio = Math.sqrt(points.squaredDistance(source, node)) / hops[node];
        ratios += ratio;
        squares += ratio * ratio;
        pairs++;
      }
    }
    // The best scale is ratios / squares; with it, the sum of squares comes to this.
    return pairs == 0 || squares == 0 ? 0 : 1 - ratios * ratios / (squares * pairs);
  }

  /** Breadth first: how many nodes are reached, which, in their order, and by how many edges. */
  private static int search(Adjacency graph, int source, int[] hops, int[] queue) {
    Arrays.fill(hops, -1);
    hops[source] = 0;
    queue[0] = source;
    int reached = 1;
    for (int next = 0; next < reached; next++) {
      int node = queue[next];
      for (int k = graph.start(node); k < graph.end(node); k++) {
        int neighbour = graph.neighbours()[k];
        if (hops[neighbour] < 0) {
          hops[neighbour] = hops[node] + 1;
          queue[reached++] = neighbour;
        }
      }
    }
    return reached;
  }
}
