/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import java.util.Random;

/**
 * A graph that grows node by node, each new one joined to some that are there, likelier to those
 * with many edges (Barabási and Albert 1999); the same for the same seed.
 *
 * @param nodes how many
 * @param each edges of a new node, where there are as many others
 * @param seed of all draws
 */
record ScaleFree(int nodes, int each, long seed) {

  EdgeList edges() {
    Random random = new Random(seed);
    EdgeList.Collector edges = new EdgeList.Collector();
    for (int node = 1; node < nodes; node++) {
      int ends = 2 * edges.edges();
      int joined = 0;
      while (joined < Math.min(each, node)) {
        int other = ends == 0 ? 0 : edges.end(random.nextInt(ends));
        // Among the first few there may be no other to draw.
        joined += edges.add(node, node <= each ? joined : other) ? 1 : 0;
      }
    }
    return edges.list();
  }
}
