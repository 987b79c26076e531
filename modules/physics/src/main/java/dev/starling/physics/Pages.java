/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.Adjacency;
import dev.starling.graphs.Graph;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.GraphEdit.Pin;
import java.util.ArrayList;
import java.util.List;

/**
 * A copy of the graph in pages, as edits that make it. Each page has some nodes, and their edges to
 * nodes of smaller slots, so that every edge is told once, behind its ends. Stateless; on the
 * thread that owns the graph.
 */
final class Pages {
  /** Edits that a page has at the least, unless it is the last; a node's edges stay together. */
  private static final int ENOUGH = 4_000;

  /** What {@link Page#next} is of the last page. */
  static final int NO_MORE = -1;

  /**
   * One page.
   *
   * @param next slot of the first node of the next page, or {@link #NO_MORE}
   */
  record Page(List<GraphEdit> edits, int next) {}

  private Pages() {}

  /** The page whose first node is that of slot {@code from}, or the first one after it. */
  static Page of(GraphStore store, int from) {
    Graph graph = store.graph();
    List<GraphEdit> edits = new ArrayList<>();
    int slot = Math.max(0, from);
    for (; slot < graph.slots() && edits.size() < ENOUGH; slot++) {
      if (graph.isThere(slot)) {
        add(store, slot, edits);
      }
    }
    return new Page(edits, slot < graph.slots() ? slot : NO_MORE);
  }

  private static void add(GraphStore store, int slot, List<GraphEdit> edits) {
    edits.add(store.node(slot));
    Adjacency adjacency = store.graph().adjacency();
    for (int k = adjacency.start(slot); k < adjacency.end(slot); k++) {
      int neighbour = adjacency.neighbours()[k];
      if (neighbour < slot) {
        edits.add(store.edge(neighbour, slot));
      }
    }
    Pin pin = store.pins().get(slot);
    if (pin != null) {
      edits.add(pin);
    }
  }
}
