/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.graphs.CompactAdjacency;
import dev.starling.graphs.Graph;
import dev.starling.graphs.NodeKind;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * An undirected graph as it lies in a file: a line {@code a b} for each edge, or {@code a b
 * length}, nodes numbered from 0 without a gap. No loops, no edge twice. Immutable by agreement.
 *
 * @param nodes how many
 * @param ends {@code int[2 · edges]}: the two ends of one edge after the other
 * @param lengths {@code float[edges]}, each &gt; 0; none where all are 1
 */
public record EdgeList(int nodes, int[] ends, float[] lengths) {

  /** How many. */
  public int edges() {
    return ends.length / 2;
  }

  /** The same graph, each edge as long as a {@link Roads road} between its ends. */
  EdgeList withLengths(Roads roads) {
    float[] lengths = new float[edges()];
    for (int edge = 0; edge < lengths.length; edge++) {
      lengths[edge] = roads.length(ends[2 * edge], ends[2 * edge + 1]);
    }
    return new EdgeList(nodes, ends, lengths);
  }

  /** Of the edge of this number. */
  float length(int edge) {
    return lengths.length == 0 ? 1 : lengths[edge];
  }

  /** Writes a file whole or not at all. */
  void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    try (BufferedWriter out = Files.newBufferedWriter(unfinished)) {
      for (int edge = 0; edge < edges(); edge++) {
        String length = lengths.length == 0 ? "" : " " + lengths[edge];
        out.write(ends[2 * edge] + " " + ends[2 * edge + 1] + length + "\n");
      }
    }
    Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * The graph as Starling holds it, with weights of 1 / length; node {@code i} is slot {@code i}.
   */
  CompactAdjacency adjacency() {
    Graph graph = new Graph(Math.max(1, nodes));
    for (int node = 0; node < nodes; node++) {
      graph.add(NodeKind.KNOWLEDGE, Integer.toString(node), "");
    }
    for (int edge = 0; edge < edges(); edge++) {
      graph.connect(ends[2 * edge], ends[2 * edge + 1], 1 / length(edge));
    }
    return CompactAdjacency.copyOf(graph.adjacency());
  }

  /** Gathers edges, each once however often it comes. One thread. */
  static final class Collector {
    private final Set<Long> seen = new HashSet<>();
    private int[] ends = new int[64];
    private int used;
    private int nodes;

    /** Whether the edge is new; a loop is not. */
    boolean add(int a, int b) {
      if (a == b || !seen.add((long) Math.min(a, b) << 32 | Math.max(a, b))) {
        return false;
      }
      if (used == ends.length) {
        ends = Arrays.copyOf(ends, 2 * used);
      }
      ends[used++] = a;
      ends[used++] = b;
      nodes = Math.max(nodes, Math.max(a, b) + 1);
      return true;
    }

    int edges() {
      return used / 2;
    }

    /** One end of one edge, so that a node comes as often as it has edges. */
    int end(int index) {
      return ends[index];
    }

    EdgeList list() {
      return new EdgeList(nodes, Arrays.copyOf(ends, used), new float[0]);
    }
  }
}
