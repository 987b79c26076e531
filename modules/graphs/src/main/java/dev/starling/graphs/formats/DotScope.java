/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.util.Arrays;

/**
 * What holds between two braces: attributes of all nodes and edges in them, and which nodes these
 * are, since edges may lead to all of them.
 */
final class DotScope {
  private static final int DEEPEST = 200;

  private final DotAttributes nodes;
  private final DotAttributes edges;
  private final int depth;
  private int[] members = new int[4];
  private int size;

  private DotScope(DotAttributes nodes, DotAttributes edges, int depth) {
    this.nodes = nodes;
    this.edges = edges;
    this.depth = depth;
  }

  /** That of a graph. */
  static DotScope root() {
    return new DotScope(new DotAttributes(), new DotAttributes(), 0);
  }

  /** One within this one. */
  DotScope inner(Locator at) throws FormatException {
    if (depth == DEEPEST) {
      throw new FormatException(
          at, "DOT: expected subgraphs at most " + DEEPEST + " deep", "deeper", "flatten them");
    }
    return new DotScope(nodes.copy(), edges.copy(), depth + 1);
  }

  /** Of nodes that are named here for the first time. */
  DotAttributes nodes() {
    return nodes;
  }

  /** Of edges that do not say otherwise. */
  DotAttributes edges() {
    return edges;
  }

  /** Notes that nodes are named here. The graph itself has all of them anyway. */
  void add(int... named) {
    if (depth > 0) {
      if (size + named.length > members.length) {
        members = Arrays.copyOf(members, 2 * (size + named.length));
      }
      System.arraycopy(named, 0, members, size, named.length);
      size += named.length;
    }
  }

  /** Each node that is named here, once. */
  int[] members() {
    return Arrays.stream(members, 0, size).sorted().distinct().toArray();
  }
}
