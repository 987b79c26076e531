/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.Adjacency;
import dev.starling.graphs.Graph;
import dev.starling.graphs.GraphFullException;
import dev.starling.graphs.NodeKind;
import dev.starling.graphs.formats.GraphDocument;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.NodeRef;
import dev.starling.protocol.flow.Position;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.GraphEdit.DropEdge;
import dev.starling.protocol.mesh.GraphEdit.DropNode;
import dev.starling.protocol.mesh.GraphEdit.PutEdge;
import dev.starling.protocol.mesh.GraphEdit.PutNode;
import dev.starling.protocol.mesh.PhysicsMessage.GraphChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes of a document the edits that bring the graph to what it says, or none. Agents are the
 * mesh's: a document neither makes nor removes one; it may tie knowledge to those that are there,
 * and make one knowledge as well. Of an edge it changes the part that somebody put in, and never
 * the part that traffic has. The simulation's thread only.
 */
final class DocumentEdits {
  private final GraphStore store;
  private final Graph graph;
  private final GraphDocument document;
  private final DocumentResult result;
  private final List<GraphEdit> edits = new ArrayList<>();
  private final Map<Integer, Position> places = new HashMap<>();

  /** The slot of each node of the document; {@link Graph#NOBODY} for one that is passed over. */
  private final int[] slots;

  /** Nodes that will be there no more, nor their edges. */
  private final BitSet dropped = new BitSet();

  private DocumentEdits(GraphStore store, GraphDocument document) {
    this.store = store;
    this.graph = store.graph();
    this.document = document;
    this.result = new DocumentResult(document.loops(), document.repeats());
    this.slots = new int[document.nodes()];
  }

  /**
   * Changes a world as a document says, or not at all.
   *
   * @throws RefusalException where the graph would be too large, or an edge ends nowhere
   */
  static DocumentResult apply(
      World world, GraphDocument document, GraphChange change, PhysicsConfig bounds) {
    DocumentEdits edits = new DocumentEdits(world.store(), document);
    switch (change) {
      case REPLACE -> edits.replace();
      case MERGE -> edits.merge();
      case REMOVE -> edits.remove();
    }
    edits.requireRoom(bounds);
    world.apply(edits.edits, edits.places);
    return edits.result;
  }

  private void merge() {
    putNodes();
    putEdges();
  }

  private void replace() {
    putNodes();
    List<GraphEdit> puts = List.copyOf(edits);
    edits.clear();
    dropOtherNodes();
    edits.addAll(puts);
    dropOtherEdges();
    putEdges();
  }

  private void putNodes() {
    int fresh = 0;
    for (int node = 0; node < document.listed(); node++) {
      slots[node] = graph.find(document.key(node));
      fresh += isFresh(node) ? 1 : 0;
    }
    int[] free = freeSlots(fresh);
    int used = 0;
    for (int node = 0; node < document.listed(); node++) {
      if (isFresh(node)) {
        create(node, free[used++]);
      } else if (slots[node] == Graph.NOBODY) {
        result.ignored().node();
      } else if (document.kind(node) == NodeKind.KNOWLEDGE) {
        change(node, slots[node]);
      }
    }
    for (int node = document.listed(); node < document.nodes(); node++) {
      slots[node] = meant(node);
    }
  }

  private boolean isFresh(int node) {
    return slots[node] == Graph.NOBODY && document.kind(node) == NodeKind.KNOWLEDGE;
  }

  private int[] freeSlots(int count) {
    try {
      return graph.nextSlots(count);
    } catch (GraphFullException e) {
      throw new RefusalException(
          ErrorCode.INVALID_MESSAGE,
          "there is no room for " + count + " more nodes: " + e.getMessage());
    }
  }

  private void create(int node, int slot) {
    slots[node] = slot;
    edits.add(new PutNode(slot, false, true, document.key(node), document.label(node)));
    result.added().node();
    if (document.isPlaced(node)) {
      places.put(slot, new Position(document.x(node), document.y(node), document.z(node)));
    }
  }

  /** An agent keeps the label that it has in the mesh. */
  private void change(int node, int slot) {
    PutNode before = store.node(slot);
    boolean isRenamed = document.isLabelled(node) && !before.isAgent();
    String label = isRenamed ? document.label(node) : before.label();
    PutNode after = new PutNode(slot, before.isAgent(), true, before.key(), label);
    if (!after.equals(before)) {
      edits.add(after);
      result.changed().node();
    }
  }

  /** The slot of a node that the document only names. */
  private int meant(int node) {
    return store.find(ref(node)).orElseThrow(() -> missing(node));
  }

  private RefusalException missing(int node) {
    String key = document.key(node);
    int line = document.line(node);
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("field", "edges");
    details.put("node", key);
    details.put("line", line);
    return new RefusalException(
        ErrorCode.NODE_NOT_FOUND,
        "line %d: end of an edge: there is no node \"%s\", in the document or before"
            .formatted(line, key),
        details);
  }

  private NodeRef ref(int node) {
    String key = document.key(node);
    return document.isNumbered(node) && key.length() <= 10 && !key.startsWith("-")
        ? new NodeRef.FrameId(Long.parseLong(key))
        : new NodeRef.Key(key);
  }

  private void dropOtherNodes() {
    int[] kept = sorted(slots);
    for (int slot = 0; slot < graph.slots(); slot++) {
      if (graph.isThere(slot) && store.isKnowledge(slot) && Arrays.binarySearch(kept, slot) < 0) {
        forget(slot);
      }
    }
  }

  private static int[] sorted(int[] values) {
    int[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  /** Removes a node of knowledge; an agent that was knowledge as well stays an agent. */
  private void forget(int slot) {
    PutNode before = store.node(slot);
    result.removed().node();
    if (before.isAgent()) {
      edits.add(new PutNode(slot, true, false, before.key(), before.label()));
    } else {
      edits.add(new DropNode(slot));
      countEdges(slot);
      dropped.set(slot);
    }
  }

  private void countEdges(int slot) {
    Adjacency adjacency = graph.adjacency();
    for (int k = adjacency.start(slot); k < adjacency.end(slot); k++) {
      if (!dropped.get(adjacency.neighbours()[k])) {
        result.removed().edge();
      }
    }
  }

  private void dropOtherEdges() {
    long[] kept = pairs();
    Adjacency adjacency = graph.adjacency();
    for (int a = 0; a < graph.slots(); a++) {
      for (int k = adjacency.start(a); k < adjacency.end(a); k++) {
        int b = adjacency.neighbours()[k];
        if (a < b && isReplaced(a, b) && Arrays.binarySearch(kept, GraphStore.pair(a, b)) < 0) {
          forget(a, b);
        }
      }
    }
  }

  /** Edges among agents are the mesh's, whoever put them in; some went with their nodes. */
  private boolean isReplaced(int a, int b) {
    boolean isAmongAgents = graph.kind(a) == NodeKind.AGENT && graph.kind(b) == NodeKind.AGENT;
    return !isAmongAgents && !dropped.get(a) && !dropped.get(b);
  }

  private long[] pairs() {
    long[] pairs = new long[document.edges()];
    for (int edge = 0; edge < pairs.length; edge++) {
      pairs[edge] = GraphStore.pair(slots[document.source(edge)], slots[document.target(edge)]);
    }
    Arrays.sort(pairs);
    return pairs;
  }

  /** Removes from an edge what somebody put in. */
  private void forget(int a, int b) {
    float own = store.own(a, b);
    if (own == 0) {
      return;
    }
    float traffic = graph.weight(a, b) - own;
    edits.add(
        traffic >= 1 / Graph.MOST_WEIGHT ? new PutEdge(a, b, traffic, 0) : new DropEdge(a, b));
    result.removed().edge();
  }

  private void putEdges() {
    for (int edge = 0; edge < document.edges(); edge++) {
      int a = slots[document.source(edge)];
      int b = slots[document.target(edge)];
      if (a == Graph.NOBODY || b == Graph.NOBODY || a == b) {
        result.ignored().edge();
      } else {
        putEdge(a, b, document.weight(edge));
      }
    }
  }

  private void putEdge(int a, int b, float weight) {
    boolean areThere = graph.isThere(a) && graph.isThere(b);
    float before = areThere ? graph.weight(a, b) : 0;
    float own = areThere ? store.own(a, b) : 0;
    if (own == weight) {
      return;
    }
    float whole = Math.min(Graph.MOST_WEIGHT, before - own + weight);
    edits.add(new PutEdge(a, b, whole, weight));
    if (before == 0) {
      result.added().edge();
    } else {
      result.changed().edge();
    }
  }

  private void remove() {
    for (int node = 0; node < document.nodes(); node++) {
      slots[node] = store.find(ref(node)).orElse(Graph.NOBODY);
    }
    for (int node = 0; node < document.listed(); node++) {
      int slot = slots[node];
      if (slot != Graph.NOBODY && store.isKnowledge(slot) && !dropped.get(slot)) {
        forget(slot);
      } else {
        result.ignored().node();
      }
    }
    for (int edge = 0; edge < document.edges(); edge++) {
      removeEdge(slots[document.source(edge)], slots[document.target(edge)]);
    }
  }

  private void removeEdge(int a, int b) {
    boolean areThere = a != Graph.NOBODY && b != Graph.NOBODY && a != b;
    if (areThere && (dropped.get(a) || dropped.get(b))) {
      return;
    }
    if (areThere && store.own(a, b) > 0) {
      forget(a, b);
    } else {
      result.ignored().edge();
    }
  }

  private void requireRoom(PhysicsConfig bounds) {
    long nodes = graph.nodes() + result.added().nodes() - result.removed().nodes();
    long edges = graph.edges() + result.added().edges() - result.removed().edges();
    require("nodes", nodes, bounds.maxNodes(), result.added().nodes());
    require("edges", edges, bounds.maxEdges(), result.added().edges());
  }

  private static void require(String what, long after, long most, long added) {
    if (added > 0 && after > most) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE,
          what,
          "at most " + most + " in the whole graph",
          after + " with this document");
    }
  }
}
