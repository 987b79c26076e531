/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.CompactAdjacency;
import dev.starling.graphs.Graph;
import java.util.BitSet;

/**
 * The graph of one moment, for other threads. Nobody changes it.
 *
 * @param nodes slots that have a node
 * @param changes what became of edges since the snapshot before this one
 */
record GraphSnapshot(CompactAdjacency adjacency, BitSet nodes, EdgeChanges changes) {

  /** What {@code store} holds now; on the thread that owns it, for the one who asks for changes. */
  static GraphSnapshot of(GraphStore store) {
    Graph graph = store.graph();
    BitSet nodes = new BitSet(graph.slots());
    for (int slot = 0; slot < graph.slots(); slot++) {
      nodes.set(slot, graph.isThere(slot));
    }
    return new GraphSnapshot(
        CompactAdjacency.copyOf(graph.adjacency()), nodes, store.takeChanges());
  }
}
