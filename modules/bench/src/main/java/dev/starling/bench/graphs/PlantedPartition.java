/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import java.util.Random;

/**
 * A graph of blocks whose nodes know each other better than others, the same for the same seed.
 *
 * @param nodes how many
 * @param blocks how many, of equal size but for the last
 * @param inner mean number of a node's edges within its block
 * @param outer mean number of its edges to anybody
 * @param seed of all draws
 */
record PlantedPartition(int nodes, int blocks, double inner, double outer, long seed) {

  EdgeList edges() {
    Random random = new Random(seed);
    EdgeList.Collector edges = new EdgeList.Collector();
    int size = nodes / blocks;
    int wanted = (int) (nodes * (inner + outer) / 2);
    while (edges.edges() < wanted) {
      int a = random.nextInt(nodes);
      boolean isInner = random.nextDouble() * (inner + outer) < inner;
      int b = isInner ? a / size * size + random.nextInt(size) : random.nextInt(nodes);
      edges.add(a, Math.min(b, nodes - 1));
    }
    return edges.list();
  }
}
