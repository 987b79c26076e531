/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.graphs.CompactAdjacency;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Shortens edges, drawn at random, to half, one at a time, and mends the shortest paths after each;
 * whether the last are right is looked at in the end. One thread.
 */
final class Repairs {
  private static final double MILLION = 1e6;

  private final EdgeList edges;
  private final PathFinder.Starling finder;
  private final float[] lengths;

  /** {@code finder} has paths in the graph of these edges. */
  Repairs(EdgeList edges, PathFinder.Starling finder) {
    this.edges = edges;
    this.finder = finder;
    this.lengths = new float[edges.edges()];
    for (int edge = 0; edge < lengths.length; edge++) {
      lengths[edge] = edges.length(edge);
    }
  }

  /**
   * Tells the milliseconds of each repair, without those for making the changed graph.
   *
   * @throws IllegalStateException where the repaired distances are not those of a new search
   */
  void measure(Random random, int count, Map<String, Object> told) {
    finder.find(0);
    List<Double> wallMs = new ArrayList<>();
    CompactAdjacency changed = edges.adjacency();
    for (int i = 0; i < count; i++) {
      int edge = random.nextInt(lengths.length);
      lengths[edge] /= 2;
      changed = new EdgeList(edges.nodes(), edges.ends(), lengths).adjacency();
      long before = System.nanoTime();
      finder.mend(changed, edges.ends()[2 * edge], edges.ends()[2 * edge + 1]);
      wallMs.add((System.nanoTime() - before) / MILLION);
    }
    check(changed);
    told.put("repairMs", wallMs);
  }

  private void check(CompactAdjacency changed) {
    PathFinder.Starling anew = new PathFinder.Starling(changed);
    anew.find(0);
    for (int node = 0; node < edges.nodes(); node++) {
      if (anew.distance(node) != finder.distance(node)) {
        throw new IllegalStateException("repaired paths to node " + node + " are wrong");
      }
    }
  }
}
