/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

/** The graph has as many nodes as it may have. */
public final class GraphFullException extends RuntimeException {
  private static final long serialVersionUID = 1;

  GraphFullException(int most) {
    super("the graph has " + most + " nodes, which is all it may have");
  }
}
