/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import dev.starling.graphs.NodeKind;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of a document, column by column, numbered from 0 in the order in which they were added. One
 * thread at a time.
 */
public final class NodeColumns {
  private static final int NO_ID = -1;

  private @Nullable String[] keys;
  private @Nullable String[] labels;
  private final BitSet agents = new BitSet();
  private final BitSet numbered = new BitSet();
  private int @Nullable [] ids;
  private float @Nullable [] places;
  private int size;

  /** No nodes, with room for some. */
  public NodeColumns(int room) {
    keys = new String[Math.max(16, room)];
    labels = new String[keys.length];
  }

  public int size() {
    return size;
  }

  /** Adds a node of knowledge whose label is its key. */
  public int add(String key) {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, 2 * size);
      labels = Arrays.copyOf(labels, 2 * size);
    }
    keys[size] = key;
    return size++;
  }

  public void setLabel(int node, String label) {
    labels[node] = label;
  }

  public void setKind(int node, NodeKind kind) {
    agents.set(node, kind == NodeKind.AGENT);
  }

  /** Gives a node the number by which documents name it; from 0. */
  public void setId(int node, int id) {
    if (ids == null || node >= ids.length) {
      int from = ids == null ? 0 : ids.length;
      ids = ids == null ? new int[keys.length] : Arrays.copyOf(ids, keys.length);
      Arrays.fill(ids, from, ids.length, NO_ID);
    }
    ids[node] = id;
  }

  /** Where the node lies, in the layout's units; finite. */
  public void setPlace(int node, float x, float y, float z) {
    if (places == null || 3 * node >= places.length) {
      int from = places == null ? 0 : places.length;
      places = places == null ? new float[3 * keys.length] : Arrays.copyOf(places, 3 * keys.length);
      Arrays.fill(places, from, places.length, Float.NaN);
    }
    places[3 * node] = x;
    places[3 * node + 1] = y;
    places[3 * node + 2] = z;
  }

  void setNumbered(int node) {
    numbered.set(node);
  }

  String key(int node) {
    return there(keys[node], node);
  }

  String label(int node) {
    String label = labels[node];
    return label == null ? key(node) : label;
  }

  boolean isLabelled(int node) {
    return labels[node] != null;
  }

  NodeKind kind(int node) {
    return agents.get(node) ? NodeKind.AGENT : NodeKind.KNOWLEDGE;
  }

  boolean isNumbered(int node) {
    return numbered.get(node);
  }

  /** Its number; that of its row where it was given none. */
  int id(int node) {
    int id = ids == null || node >= ids.length ? NO_ID : ids[node];
    return id == NO_ID ? node : id;
  }

  boolean isPlaced(int node) {
    return places != null && 3 * node < places.length && !Float.isNaN(places[3 * node]);
  }

  /** A coordinate of a node that is placed: 0 for x, 1 for y, 2 for z. */
  float coordinate(int node, int axis) {
    if (places == null || !isPlaced(node)) {
      throw new IllegalArgumentException("node " + node + " has no place");
    }
    return places[3 * node + axis];
  }

  private String there(@Nullable String value, int node) {
    if (value == null) {
      throw new IllegalArgumentException("there is no node " + node + " of " + size);
    }
    return value;
  }
}
