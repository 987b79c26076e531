/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntUnaryOperator;

/**
 * Makes the edges that a document names into those of a graph: no loops, and each pair of nodes
 * once, with what the last edge between them says. It sorts by counting instead of hashing pairs,
 * so that it takes the same time whatever the document's author wishes.
 */
final class EdgeList {
  private EdgeList() {}

  /**
   * The document of some nodes and edges.
   *
   * @param nodeOf the node that an end of an edge stands for
   * @param unlistedLines where the nodes that the document does not list, the last ones, are named
   */
  static GraphDocument document(
      IntUnaryOperator nodeOf, NodeColumns nodes, EdgeColumns edges, int[] unlistedLines) {
    int named = edges.size();
    dropLoops(nodeOf, edges);
    int loops = named - edges.size();
    dropRepeats(edges, nodes.size());
    return new GraphDocument(nodes, edges, unlistedLines, loops, named - loops - edges.size());
  }

  private static void dropLoops(IntUnaryOperator nodeOf, EdgeColumns edges) {
    int kept = 0;
    for (int edge = 0; edge < edges.size(); edge++) {
      int source = nodeOf.applyAsInt(edges.source(edge));
      int target = nodeOf.applyAsInt(edges.target(edge));
      if (source != target) {
        edges.set(kept++, source, target, edges.weight(edge));
      }
    }
    edges.cut(kept);
  }

  private static void dropRepeats(EdgeColumns edges, int nodes) {
    BitSet repeated = repeated(edges, nodes);
    if (repeated.isEmpty()) {
      return;
    }
    int kept = 0;
    for (int edge = repeated.nextClearBit(0);
        edge < edges.size();
        edge = repeated.nextClearBit(edge + 1)) {
      edges.set(kept++, edges.source(edge), edges.target(edge), edges.weight(edge));
    }
    edges.cut(kept);
  }

  /** Those that have another one behind them between the same nodes. */
  private static BitSet repeated(EdgeColumns edges, int nodes) {
    int[] ends = new int[nodes + 1];
    int[] byLower = sortedByLower(edges, ends);
    int[] seenFrom = new int[nodes];
    Arrays.fill(seenFrom, -1);
    BitSet repeated = new BitSet();
    for (int node = 0, k = 0; node < nodes; node++) {
      for (; k < ends[node]; k++) {
        int higher = Math.max(edges.source(byLower[k]), edges.target(byLower[k]));
        if (seenFrom[higher] == node) {
          repeated.set(byLower[k]);
        }
        seenFrom[higher] = node;
      }
    }
    return repeated;
  }

  /** The edges by their lower end, the last ones first; and where those of each node end. */
  private static int[] sortedByLower(EdgeColumns edges, int[] ends) {
    for (int edge = 0; edge < edges.size(); edge++) {
      ends[lower(edges, edge) + 1]++;
    }
    for (int node = 1; node < ends.length; node++) {
      ends[node] += ends[node - 1];
    }
    int[] sorted = new int[edges.size()];
    for (int edge = edges.size() - 1; edge >= 0; edge--) {
      sorted[ends[lower(edges, edge)]++] = edge;
    }
    return sorted;
  }

  private static int lower(EdgeColumns edges, int edge) {
    return Math.min(edges.source(edge), edges.target(edge));
  }
}
