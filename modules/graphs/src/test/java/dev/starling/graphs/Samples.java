/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Graphs to test with, reproducible from a seed; their nodes have the slots from 0 on. */
public final class Samples {
  private Samples() {}

  /** A graph of so many knowledge nodes without edges. */
  public static Graph nodes(int count) {
    Graph graph = new Graph(Math.max(1, count));
    for (int i = 0; i < count; i++) {
      graph.add(NodeKind.KNOWLEDGE, "node-" + i, "Node " + i);
    }
    return graph;
  }

  /** Edges between pairs drawn at random, with weights from 1 / spread to spread. */
  public static Graph random(int count, int edges, double spread, long seed) {
    Graph graph = nodes(count);
    Random random = new Random(seed);
    for (int i = 0; i < edges; i++) {
      int a = random.nextInt(count);
      int b = random.nextInt(count);
      if (a != b) {
        graph.connect(a, b, (float) Math.pow(spread, 2 * random.nextDouble() - 1));
      }
    }
    return graph;
  }

  /** Blocks whose nodes know each other better than others (planted partition). */
  public static Graph blocks(int count, int blocks, int inner, int outer, long seed) {
    Graph graph = nodes(count);
    Random random = new Random(seed);
    int size = count / blocks;
    for (int i = 0; i < count * (inner + outer) / 2; i++) {
      int a = random.nextInt(count);
      boolean isInner = random.nextInt(inner + outer) < inner;
      int b = isInner ? a / size * size + random.nextInt(size) : random.nextInt(count);
      if (a != b && b < count) {
        graph.connect(a, b, 1);
      }
    }
    return graph;
  }

  /** Each new node joins three that were there, which have many already (Barabási and Albert). */
  public static Graph scaleFree(int count, long seed) {
    Graph graph = nodes(count);
    Random random = new Random(seed);
    int[] ends = new int[6 * count];
    int used = 0;
    for (int node = 1; node < count; node++) {
      for (int k = 0; k < 3; k++) {
        int other = used == 0 ? 0 : ends[random.nextInt(used)];
        if (other != node && graph.weight(node, other) == 0) {
          graph.connect(node, other, 1);
          ends[used++] = node;
          ends[used++] = other;
        }
      }
    }
    return graph;
  }

  /** Up to 2^15 keys with the same {@link String#hashCode}. */
  public static List<String> collidingKeys(int count) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder key = new StringBuilder();
      for (int bit = 0; bit < 15; bit++) {
        key.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      keys.add(key.toString());
    }
    return keys;
  }
}
