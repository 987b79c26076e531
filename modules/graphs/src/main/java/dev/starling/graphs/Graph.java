/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An undirected weighted graph whose nodes have keys, labels and small numbers, their slots. A slot
 * is the lowest that is free, so that slots stay small, and belongs to its node as long as that is
 * there. The slot of a removed node is not given to another before {@link #recycle}: whoever draws
 * the graph must hear first that it stands for nobody. One thread at a time.
 */
public final class Graph {
  /** What {@link #find} says of a key that no node has. */
  public static final int NOBODY = -1;

  /** Greatest weight of an edge, and one by the least. */
  public static final float MOST_WEIGHT = 1e6f;

  private final int mostNodes;
  private final EdgeRows rows = new EdgeRows();
  private final KeyIndex index = new KeyIndex();
  private final SlotPool slots = new SlotPool();
  private @Nullable String[] keys = new String[16];
  private @Nullable String[] labels = new String[16];
  private @Nullable NodeKind[] kinds = new NodeKind[16];
  private int nodes;
  private long version;

  /**
   * An empty graph.
   *
   * @param mostNodes how many nodes it may have, removed ones that wait to be recycled included
   */
  public Graph(int mostNodes) {
    this.mostNodes = mostNodes;
  }

  public int nodes() {
    return nodes;
  }

  public long edges() {
    return rows.edges();
  }

  /** Every node's slot is smaller than this. */
  public int slots() {
    return rows.size();
  }

  /** Who is next to whom, now: it changes with the graph, and only the graph's thread reads it. */
  public Adjacency adjacency() {
    return rows;
  }

  public boolean isThere(int slot) {
    return slot >= 0 && slot < rows.size() && kinds[slot] != null;
  }

  /** The slot of the node with a key, or {@link #NOBODY}. */
  public int find(String key) {
    return index.find(key, keys);
  }

  /** The key of a node that is there. */
  public String key(int slot) {
    return there(slot, keys[slot]);
  }

  /** The label of a node that is there. */
  public String label(int slot) {
    return there(slot, labels[slot]);
  }

  /** The kind of a node that is there. */
  public NodeKind kind(int slot) {
    return there(slot, kinds[slot]);
  }

  /** Grows with every change. */
  public long version() {
    return version;
  }

  /**
   * Adds a node.
   *
   * @return its slot
   * @throws IllegalArgumentException where another node has the key
   * @throws GraphFullException where there are too many nodes
   */
  public int add(NodeKind kind, String key, String label) {
    if (find(key) != NOBODY) {
      throw new IllegalArgumentException("there is a node with the key " + key);
    }
    if (slots.taken() >= mostNodes) {
      throw new GraphFullException(mostNodes);
    }
    int slot = slots.take();
    put(slot, kind, key, label);
    return slot;
  }

  /**
   * Adds a node in a certain slot, for a copy of another graph.
   *
   * @throws IllegalArgumentException where another node has the key or the slot, or the slot is
   *     beyond what a graph of so many nodes may have come to
   */
  public void addAt(int slot, NodeKind kind, String key, String label) {
    if (find(key) != NOBODY || slot < 0 || slot >= mostNodes || !slots.take(slot)) {
      throw new IllegalArgumentException("slot " + slot + " cannot be that of " + key);
    }
    put(slot, kind, key, label);
  }

  private void put(int slot, NodeKind kind, String key, String label) {
    rows.growTo(slot + 1);
    growTo(slot + 1);
    keys[slot] = key;
    labels[slot] = label;
    kinds[slot] = kind;
    index.add(slot, keys);
    nodes++;
    version++;
  }

  private void growTo(int length) {
    if (length > keys.length) {
      int grown = Math.max(length, 2 * keys.length);
      keys = Arrays.copyOf(keys, grown);
      labels = Arrays.copyOf(labels, grown);
      kinds = Arrays.copyOf(kinds, grown);
    }
  }

  /**
   * The slots that so many new nodes would have, in the order in which they were added.
   *
   * @throws GraphFullException where there is no room for so many
   */
  public int[] nextSlots(int count) {
    if (slots.taken() + (long) count > mostNodes) {
      throw new GraphFullException(mostNodes);
    }
    return slots.next(count);
  }

  /** Changes the kind of a node that is there. */
  public void rekind(int slot, NodeKind kind) {
    requireThere(slot);
    kinds[slot] = kind;
    version++;
  }

  /** Changes the label of a node that is there. */
  public void relabel(int slot, String label) {
    requireThere(slot);
    labels[slot] = label;
    version++;
  }

  /** Removes a node and its edges; its slot rests until {@link #recycle}. */
  public void remove(int slot) {
    requireThere(slot);
    rows.clear(slot);
    index.remove(slot, keys);
    keys[slot] = null;
    labels[slot] = null;
    kinds[slot] = null;
    nodes--;
    version++;
    slots.rest(slot, version);
  }

  /** Gives the slots of nodes that were removed up to this version to new nodes. */
  public void recycle(long toldUpTo) {
    slots.recycle(toldUpTo);
  }

  /** The weight of the edge between two nodes that are there; 0 where there is none. */
  public float weight(int a, int b) {
    requireThere(a);
    requireThere(b);
    return rows.weight(a, b);
  }

  /**
   * Adds an edge, or changes its weight.
   *
   * @throws IllegalArgumentException where both ends are one node, or the weight is not a number
   *     from {@code 1 / MOST_WEIGHT} to {@link #MOST_WEIGHT}
   */
  public void connect(int a, int b, float weight) {
    requireThere(a);
    requireThere(b);
    if (a == b) {
      throw new IllegalArgumentException("an edge has two ends");
    }
    if (!(weight >= 1 / MOST_WEIGHT && weight <= MOST_WEIGHT)) {
      throw new IllegalArgumentException("not a weight: " + weight);
    }
    rows.put(a, b, weight);
    version++;
  }

  /** Removes the edge between two nodes that are there, and says whether there was one. */
  public boolean disconnect(int a, int b) {
    requireThere(a);
    requireThere(b);
    boolean was = rows.remove(a, b);
    version += was ? 1 : 0;
    return was;
  }

  private void requireThere(int slot) {
    if (!isThere(slot)) {
      throw new IllegalArgumentException("no node in slot " + slot);
    }
  }

  private static <T> T there(int slot, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException("no node in slot " + slot);
    }
    return value;
  }
}
