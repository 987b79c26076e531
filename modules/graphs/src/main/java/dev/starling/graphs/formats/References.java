/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.util.Arrays;

/**
 * Names by which a document speaks of nodes, which node each stands for, and in which line each
 * came first. One thread at a time.
 */
final class References {
  static final int NOBODY = -1;

  private final Names names = new Names();
  private int[] nodes = filled(new int[32], 0);
  private int[] lines = new int[32];

  /** The number of a name, a new one where it has none. */
  int number(String name, Locator at) {
    int before = names.size();
    int number = names.number(name);
    if (number == nodes.length) {
      nodes = filled(Arrays.copyOf(nodes, 2 * number), number);
      lines = Arrays.copyOf(lines, 2 * number);
    }
    if (number == before) {
      lines[number] = at.line();
    }
    return number;
  }

  int size() {
    return names.size();
  }

  String name(int number) {
    return names.text(number);
  }

  int line(int number) {
    return lines[number];
  }

  /** The node that a name stands for, or {@link #NOBODY}. */
  int node(int number) {
    return nodes[number];
  }

  /** The node that a name stands for, or {@link #NOBODY}. */
  int nodeOf(String name) {
    int number = names.find(name);
    return number == Names.NONE ? NOBODY : nodes[number];
  }

  void stand(int number, int node) {
    nodes[number] = node;
  }

  private static int[] filled(int[] nodes, int from) {
    Arrays.fill(nodes, from, nodes.length, NOBODY);
    return nodes;
  }
}
