/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

/**
 * One change of the graph, by slots, as one copy of the graph tells another or a file. Each says
 * what is so afterwards, whatever was before, so that edits may be told twice.
 */
public sealed interface GraphEdit {

  /**
   * There is a node in a slot, and no other with its key.
   *
   * @param isAgent whether an agent of that id is in the mesh, or was a moment ago
   * @param isKnowledge whether somebody put it into the graph; it may be both
   */
  record PutNode(int slot, boolean isAgent, boolean isKnowledge, String key, String label)
      implements GraphEdit {}

  /** There is no node in a slot, nor any edge to it. */
  record DropNode(int slot) implements GraphEdit {}

  /**
   * There is an edge between two nodes.
   *
   * @param weight of the edge
   * @param own the part of it that somebody put into the graph; the rest comes from traffic
   */
  record PutEdge(int a, int b, float weight, float own) implements GraphEdit {}

  /** There is no edge between two nodes. */
  record DropEdge(int a, int b) implements GraphEdit {}

  /** A node is held at a place, in units. */
  record Pin(int slot, float x, float y, float z) implements GraphEdit {}

  /** A node is not held. */
  record Unpin(int slot) implements GraphEdit {}
}
