/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.Adjacency;
import dev.starling.graphs.Graph;
import dev.starling.graphs.NodeKind;
import dev.starling.graphs.formats.EdgeColumns;
import dev.starling.graphs.formats.GraphDocument;
import dev.starling.graphs.formats.NodeColumns;
import dev.starling.graphs.layout.Layout;
import dev.starling.protocol.mesh.PhysicsMessage.GraphSelection;
import java.util.Arrays;
import java.util.Locale;

/**
 * The part of the graph of one moment that somebody asked for. Of pages, each has its nodes and
 * their edges to nodes of this page and of earlier ones, so that all pages together have each edge
 * once. The simulation's thread only; what comes of it is for any.
 */
final class SelectedDocument {
  private static final int NOT_IN_IT = -1;

  private final Graph graph;
  private final Layout layout;
  private final GraphSelection selection;
  private final String text;
  private final NodeColumns nodes = new NodeColumns(0);
  private final EdgeColumns edges = new EdgeColumns(0);
  private final int[] rows;

  private SelectedDocument(World world, GraphSelection selection) {
    this.graph = world.graph();
    this.layout = world.layout();
    this.selection = selection;
    this.text = selection.text().toLowerCase(Locale.ROOT);
    this.rows = new int[graph.slots()];
    Arrays.fill(rows, NOT_IN_IT);
  }

  static GraphDocument of(World world, GraphSelection selection) {
    return new SelectedDocument(world, selection).read();
  }

  private GraphDocument read() {
    int most = selection.limit() == 0 ? Integer.MAX_VALUE : selection.limit();
    int first = Math.max(0, selection.after() + 1);
    for (int slot = first; slot < graph.slots() && nodes.size() < most; slot++) {
      if (isWanted(slot)) {
        add(slot);
      }
    }
    int listed = nodes.size();
    for (int slot = first; slot < graph.slots(); slot++) {
      if (rows[slot] != NOT_IN_IT) {
        addEdges(slot, first);
      }
    }
    return new GraphDocument(nodes, edges, listed);
  }

  private boolean isWanted(int slot) {
    return graph.isThere(slot) && isOfKind(slot) && hasText(slot);
  }

  private boolean isOfKind(int slot) {
    return switch (selection.kind()) {
      case "agent" -> graph.kind(slot) == NodeKind.AGENT;
      case "knowledge" -> graph.kind(slot) == NodeKind.KNOWLEDGE;
      default -> true;
    };
  }

  private boolean hasText(int slot) {
    return text.isEmpty()
        || graph.key(slot).toLowerCase(Locale.ROOT).contains(text)
        || graph.label(slot).toLowerCase(Locale.ROOT).contains(text);
  }

  private void add(int slot) {
    int row = nodes.add(graph.key(slot));
    rows[slot] = row;
    nodes.setId(row, slot);
    nodes.setLabel(row, graph.label(slot));
    nodes.setKind(row, graph.kind(slot));
    if (layout.isThere(slot)) {
      nodes.setPlace(row, layout.x(slot), layout.y(slot), layout.z(slot));
    }
  }

  private void addEdges(int slot, int first) {
    Adjacency adjacency = graph.adjacency();
    for (int k = adjacency.start(slot); k < adjacency.end(slot); k++) {
      int other = adjacency.neighbours()[k];
      if (other < slot && isInThisPageOrBefore(other, first)) {
        edges.add(rows[other], rows[slot], adjacency.weights()[k]);
      }
    }
  }

  private boolean isInThisPageOrBefore(int slot, int first) {
    if (rows[slot] == NOT_IN_IT && slot < first && isWanted(slot)) {
      add(slot);
    }
    return rows[slot] != NOT_IN_IT;
  }
}
