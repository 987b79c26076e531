/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.Adjacency;
import dev.starling.graphs.Graph;
import dev.starling.graphs.NodeKind;
import dev.starling.protocol.flow.NodeRef;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.GraphEdit.DropEdge;
import dev.starling.protocol.mesh.GraphEdit.DropNode;
import dev.starling.protocol.mesh.GraphEdit.Pin;
import dev.starling.protocol.mesh.GraphEdit.PutEdge;
import dev.starling.protocol.mesh.GraphEdit.PutNode;
import dev.starling.protocol.mesh.GraphEdit.Unpin;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A copy of the graph of the mesh: the simulator's that leads, or one that follows it. It changes
 * by edits alone, which say what is so afterwards; one that speaks of nodes that are not there any
 * more does nothing. One thread at a time.
 */
final class GraphStore {
  private final int maxSlots;
  private Graph graph;

  /** Nodes that somebody put in: those that stay when their agent goes. */
  private final BitSet knowledge = new BitSet();

  /** Of edges that traffic had a part in, the part that somebody put in, by {@link #pair}. */
  private final Map<Long, Float> owned = new HashMap<>();

  private final Map<Integer, Pin> pins = new HashMap<>();
  private EdgeChanges changes = new EdgeChanges();

  GraphStore(int maxNodes) {
    // Slots of removed nodes rest for some seconds, which must not keep new ones out.
    maxSlots = (int) Math.min(1 << 30, maxNodes + maxNodes / 4L + 16);
    graph = new Graph(maxSlots);
  }

  private GraphStore(GraphStore bounds) {
    maxSlots = bounds.maxSlots;
    graph = new Graph(maxSlots);
  }

  /** An empty one with the same bounds. */
  GraphStore emptied() {
    return new GraphStore(this);
  }

  /** Has what another one has from now on; nobody may change that one any more. */
  void become(GraphStore other) {
    graph = other.graph;
    knowledge.clear();
    knowledge.or(other.knowledge);
    owned.clear();
    owned.putAll(other.owned);
    pins.clear();
    pins.putAll(other.pins);
    changes = EdgeChanges.tooMany();
  }

  /** Whether an edit speaks of a slot that this graph may have. */
  boolean mayHave(GraphEdit edit) {
    return !(edit instanceof PutNode node) || node.slot() < maxSlots;
  }

  /** For reading; it changes by {@link #apply}. */
  Graph graph() {
    return graph;
  }

  /** Gives the slots of nodes that were removed up to a version of the graph to new nodes. */
  void recycle(long toldUpTo) {
    graph.recycle(toldUpTo);
  }

  void apply(GraphEdit edit) {
    switch (edit) {
      case PutNode node -> put(node);
      case DropNode(int slot) -> drop(slot);
      case PutEdge edge -> connect(edge);
      case DropEdge(int a, int b) -> disconnect(a, b);
      case Pin pin -> {
        if (graph.isThere(pin.slot())) {
          pins.put(pin.slot(), pin);
        }
      }
      case Unpin(int slot) -> pins.remove(slot);
    }
  }

  private void put(PutNode node) {
    int slot = node.slot();
    NodeKind kind = node.isAgent() ? NodeKind.AGENT : NodeKind.KNOWLEDGE;
    if (graph.isThere(slot) && !graph.key(slot).equals(node.key())) {
      drop(slot);
    }
    int before = graph.find(node.key());
    if (before != Graph.NOBODY && before != slot) {
      drop(before);
    }
    if (graph.isThere(slot)) {
      graph.relabel(slot, node.label());
      graph.rekind(slot, kind);
    } else {
      graph.addAt(slot, kind, node.key(), node.label());
    }
    knowledge.set(slot, node.isKnowledge());
  }

  private void drop(int slot) {
    if (!graph.isThere(slot)) {
      return;
    }
    forgetEdges(slot);
    graph.remove(slot);
    knowledge.clear(slot);
    pins.remove(slot);
  }

  private void forgetEdges(int slot) {
    Adjacency adjacency = graph.adjacency();
    for (int k = adjacency.start(slot); k < adjacency.end(slot); k++) {
      int neighbour = adjacency.neighbours()[k];
      changes.add(slot, neighbour, adjacency.weights()[k], 0);
      owned.remove(pair(slot, neighbour));
    }
  }

  private void connect(PutEdge edge) {
    if (!areThere(edge.a(), edge.b())) {
      return;
    }
    changes.add(edge.a(), edge.b(), graph.weight(edge.a(), edge.b()), edge.weight());
    graph.connect(edge.a(), edge.b(), edge.weight());
    long pair = pair(edge.a(), edge.b());
    if (edge.own() == edge.weight()) {
      owned.remove(pair);
    } else {
      owned.put(pair, edge.own());
    }
  }

  private void disconnect(int a, int b) {
    if (areThere(a, b)) {
      changes.add(a, b, graph.weight(a, b), 0);
      graph.disconnect(a, b);
      owned.remove(pair(a, b));
    }
  }

  /** The edges that changed since this was asked last. */
  EdgeChanges takeChanges() {
    EdgeChanges taken = changes;
    changes = new EdgeChanges();
    return taken;
  }

  private boolean areThere(int a, int b) {
    return graph.isThere(a) && graph.isThere(b);
  }

  /** Whether somebody put a node in. */
  boolean isKnowledge(int slot) {
    return knowledge.get(slot);
  }

  /** The part of an edge's weight that somebody put in; 0 where there is no such edge. */
  float own(int a, int b) {
    Float part = owned.get(pair(a, b));
    return part != null ? part : graph.weight(a, b);
  }

  /** The ends of an edge. */
  interface Ends {
    void accept(int a, int b);
  }

  /** Every edge that traffic had a part in. */
  void forEachOwned(Ends each) {
    owned.keySet().forEach(pair -> each.accept((int) (pair >>> 32), (int) (long) pair));
  }

  /** Where nodes are held, by slot; for reading. */
  Map<Integer, Pin> pins() {
    return pins;
  }

  /** A number for the edge between two nodes, whichever is named first. */
  static long pair(int a, int b) {
    return ((long) Math.min(a, b) << 32) | Math.max(a, b);
  }

  /**
   * The slot of the node that a client means: by its frame id, by its key, or, where no node has
   * that key, by a frame id in digits.
   */
  OptionalInt find(NodeRef ref) {
    return switch (ref) {
      case NodeRef.FrameId(long id) -> slot(id);
      case NodeRef.Key(String key) -> {
        int slot = graph.find(key);
        yield slot != Graph.NOBODY ? OptionalInt.of(slot) : slot(digits(key));
      }
    };
  }

  private OptionalInt slot(long id) {
    boolean isThere = id >= 0 && id <= Integer.MAX_VALUE && graph.isThere((int) id);
    return isThere ? OptionalInt.of((int) id) : OptionalInt.empty();
  }

  private static long digits(String text) {
    boolean isNumber =
        !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber ? Long.parseLong(text) : -1;
  }

  /** What a node is, as an edit that would make it. */
  PutNode node(int slot) {
    return new PutNode(
        slot,
        graph.kind(slot) == NodeKind.AGENT,
        isKnowledge(slot),
        graph.key(slot),
        graph.label(slot));
  }

  /** What the edge between two nodes is, as an edit that would make it. */
  PutEdge edge(int a, int b) {
    return new PutEdge(a, b, graph.weight(a, b), own(a, b));
  }
}
