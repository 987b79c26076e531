/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What every system is asked to lay out, as arguments of its process.
 *
 * @param graph the file of its edges
 * @param out places go to this file's name with {@code .ticks} and {@code .time} behind it
 * @param seed of the places that nodes begin at
 * @param warm seconds of CPU for the compiler, on a layout that is thrown away
 * @param ticks after which places are written
 * @param equal seconds after which places are written too, the same for every system
 * @param limit seconds after which a system ends that has not reached both
 */
record LayoutRun(
    Path graph, Path out, long seed, double warm, int ticks, double equal, double limit) {

  /** Behind the first argument, which says what is to run. */
  List<String> arguments() {
    return List.of(
        graph.toString(),
        out.toString(),
        Long.toString(seed),
        number(warm),
        Integer.toString(ticks),
        number(equal),
        number(limit));
  }

  private static String number(double seconds) {
    return String.format(Locale.ROOT, "%.3f", seconds);
  }

  /** Of a whole command line. */
  static LayoutRun parse(String[] arguments) {
    return new LayoutRun(
        Path.of(arguments[1]),
        Path.of(arguments[2]),
        Long.parseLong(arguments[3]),
        Double.parseDouble(arguments[4]),
        Integer.parseInt(arguments[5]),
        Double.parseDouble(arguments[6]),
        Double.parseDouble(arguments[7]));
  }

  Path out(String ending) {
    return out.resolveSibling(out.getFileName() + ending);
  }
}
