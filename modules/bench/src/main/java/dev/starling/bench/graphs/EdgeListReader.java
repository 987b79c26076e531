/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads the file of an {@link EdgeList} line by line. One thread, one file. */
final class EdgeListReader {
  private final Path file;
  private final EdgeList.Collector edges = new EdgeList.Collector();
  private float[] lengths = new float[64];
  private boolean hasLengths;

  private EdgeListReader(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws IOException where a line is no edge, with its number and what it should be
   */
  static EdgeList read(Path file) throws IOException {
    return new EdgeListReader(file).read();
  }

  private EdgeList read() throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!isEdge(line.split(" ", -1))) {
          throw new IOException(
              file
                  + ", line "
                  + number
                  + ": expected an edge that was not there yet, 'a b' or 'a b length', got: "
                  + line);
        }
      }
    }
    EdgeList list = edges.list();
    return hasLengths
        ? new EdgeList(list.nodes(), list.ends(), Arrays.copyOf(lengths, list.edges()))
        : list;
  }

  private boolean isEdge(String[] words) {
    if (words.length < 2 || words.length > 3) {
      return false;
    }
    try {
      int a = Integer.parseInt(words[0]);
      int b = Integer.parseInt(words[1]);
      float length = words.length == 3 ? Float.parseFloat(words[2]) : 1;
      if (a < 0 || b < 0 || !(length > 0 && length < Float.POSITIVE_INFINITY) || !edges.add(a, b)) {
        return false;
      }
      keep(length);
      hasLengths |= words.length == 3;
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private void keep(float length) {
    int edge = edges.edges() - 1;
    if (edge == lengths.length) {
      lengths = Arrays.copyOf(lengths, 2 * edge);
    }
    lengths[edge] = length;
  }
}
