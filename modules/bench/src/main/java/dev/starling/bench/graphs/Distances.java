/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files of distances that two systems found. Stateless. */
final class Distances {
  private Distances() {}

  /**
   * How many distances differ in the least bit.
   *
   * @throws IOException where the files are not of the same nodes, or hold what is no number
   */
  static long different(Path file, Path other) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<String> others = Files.readAllLines(other);
    if (lines.size() != others.size()) {
      throw new IOException(
          file + " has " + lines.size() + " sources, " + other + " has " + others.size());
    }
    long different = 0;
    for (int i = 0; i < lines.size(); i++) {
      different += different(lines.get(i).split(" ", -1), others.get(i).split(" ", -1));
    }
    return different;
  }

  private static long different(String[] words, String[] others) throws IOException {
    if (words.length != others.length) {
      throw new IOException(
          "one system found " + words.length + " distances, another " + others.length);
    }
    long different = 0;
    for (int node = 0; node < words.length; node++) {
      different += number(words[node]) == number(others[node]) ? 0 : 1;
    }
    return different;
  }

  private static double number(String word) throws IOException {
    try {
      return word.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(word);
    } catch (NumberFormatException e) {
      throw new IOException("expected a distance or 'inf', got: " + word, e);
    }
  }
}
