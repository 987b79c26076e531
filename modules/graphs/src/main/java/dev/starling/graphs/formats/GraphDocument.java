/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import dev.starling.graphs.NodeKind;

/**
 * An undirected graph as a document has it: nodes and edges, each numbered from 0 in the document's
 * order. Nothing changes once it is made; safe on any thread, if handed over safely.
 */
public final class GraphDocument {
  private final NodeColumns nodes;
  private final EdgeColumns edges;
  private final int listed;
  private final int[] unlistedLines;
  private final long loops;
  private final long repeats;

  /**
   * A document to be written. The columns belong to it from here on.
   *
   * @param listed how many of the nodes it lists, the first ones; the others are ends of edges
   */
  public GraphDocument(NodeColumns nodes, EdgeColumns edges, int listed) {
    this(nodes, edges, listed, new int[0], 0, 0);
  }

  /** A document that was read, with a line for each node that it does not list; the last ones. */
  GraphDocument(
      NodeColumns nodes, EdgeColumns edges, int[] unlistedLines, long loops, long repeats) {
    this(nodes, edges, nodes.size() - unlistedLines.length, unlistedLines, loops, repeats);
  }

  private GraphDocument(
      NodeColumns nodes,
      EdgeColumns edges,
      int listed,
      int[] unlistedLines,
      long loops,
      long repeats) {
    this.nodes = nodes;
    this.edges = edges;
    this.listed = listed;
    this.unlistedLines = unlistedLines;
    this.loops = loops;
    this.repeats = repeats;
  }

  /** How many nodes it lists or names. */
  public int nodes() {
    return nodes.size();
  }

  /** How many nodes it lists; they come first. */
  public int listed() {
    return listed;
  }

  public int edges() {
    return edges.size();
  }

  /** Where a node that it does not list was named first, from 1; 0 where that is not known. */
  public int line(int node) {
    int unlisted = node - listed;
    return unlisted < 0 || unlisted >= unlistedLines.length ? 0 : unlistedLines[unlisted];
  }

  /** No two nodes that are listed have the same one. */
  public String key(int node) {
    return nodes.key(node);
  }

  /** Its key where it has no other. */
  public String label(int node) {
    return nodes.label(node);
  }

  /** Whether the document gives it a label. */
  public boolean isLabelled(int node) {
    return nodes.isLabelled(node);
  }

  public NodeKind kind(int node) {
    return nodes.kind(node);
  }

  /** The number that it is written with in JSON. */
  public int id(int node) {
    return nodes.id(node);
  }

  /** Whether the document names the node by a number alone, of which its key is the digits. */
  public boolean isNumbered(int node) {
    return nodes.isNumbered(node);
  }

  public boolean isPlaced(int node) {
    return nodes.isPlaced(node);
  }

  /** Of a node that is placed, in the layout's units. */
  public float x(int node) {
    return nodes.coordinate(node, 0);
  }

  /** Of a node that is placed, in the layout's units. */
  public float y(int node) {
    return nodes.coordinate(node, 1);
  }

  /** Of a node that is placed, in the layout's units. */
  public float z(int node) {
    return nodes.coordinate(node, 2);
  }

  /** The node at one end. */
  public int source(int edge) {
    return edges.source(edge);
  }

  /** The node at the other end. */
  public int target(int edge) {
    return edges.target(edge);
  }

  public float weight(int edge) {
    return edges.weight(edge);
  }

  /** How many edges from a node to itself were left out. */
  public long loops() {
    return loops;
  }

  /** How many edges were left out since the same two nodes have another one further down. */
  public long repeats() {
    return repeats;
  }
}
