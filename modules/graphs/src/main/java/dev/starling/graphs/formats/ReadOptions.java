/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

/**
 * What a document may cost, and what it may leave out.
 *
 * @param mostBytes longest document, in bytes
 * @param mostNodes nodes that it may name
 * @param mostEdges edges that it may name, doubled ones and loops included
 * @param takesUnlistedEnds whether an edge may have an end that the document does not list, because
 *     the graph that the document goes into may have it; CSV and DOT list a node by naming it
 */
public record ReadOptions(long mostBytes, int mostNodes, int mostEdges, boolean takesUnlistedEnds) {
  public ReadOptions {
    if (mostBytes < 0 || mostNodes < 0 || mostEdges < 0) {
      throw new IllegalArgumentException(
          "bounds below zero: %d bytes, %d nodes, %d edges"
              .formatted(mostBytes, mostNodes, mostEdges));
    }
  }
}
