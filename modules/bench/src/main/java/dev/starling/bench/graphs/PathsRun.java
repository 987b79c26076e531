/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Which shortest paths every system is asked for, as arguments of its process.
 *
 * @param graph the file of its edges with their lengths
 * @param out where distances go: a line for each source, a number for each node, {@code inf} for
 *     those out of reach
 * @param warm seconds of CPU for the compiler
 * @param sources each of which all shortest paths begin at once
 */
record PathsRun(Path graph, Path out, double warm, int[] sources) {

  /** Behind the first argument, which says what is to run. */
  List<String> arguments() {
    return List.of(
        graph.toString(),
        out.toString(),
        String.format(Locale.ROOT, "%.3f", warm),
        Arrays.stream(sources).mapToObj(Integer::toString).collect(Collectors.joining(",")));
  }

  /** Of a whole command line. */
  static PathsRun parse(String[] arguments) {
    int[] sources =
        Arrays.stream(arguments[4].split(",", -1)).mapToInt(Integer::parseInt).toArray();
    return new PathsRun(
        Path.of(arguments[1]), Path.of(arguments[2]), Double.parseDouble(arguments[3]), sources);
  }
}
