/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Where the nodes of a layout lie, in units of its own. Immutable by agreement.
 *
 * @param x {@code double[nodes]}; likewise y and z
 */
record Points(double[] x, double[] y, double[] z) {
  private static final Points CENTRE = of(1);

  static Points of(int nodes) {
    return new Points(new double[nodes], new double[nodes], new double[nodes]);
  }

  int size() {
    return x.length;
  }

  /** Evenly anywhere in a ball of radius 1: what a layout must be better than. */
  static Points ball(int nodes, long seed) {
    Points points = of(nodes);
    Random random = new Random(seed);
    for (int i = 0; i < nodes; i++) {
      do {
        points.set(i, coordinate(random), coordinate(random), coordinate(random));
      } while (points.squaredDistance(i, CENTRE, 0) > 1);
    }
    return points;
  }

  private static double coordinate(Random random) {
    return 2 * random.nextDouble() - 1;
  }

  void set(int i, double px, double py, double pz) {
    x[i] = px;
    y[i] = py;
    z[i] = pz;
  }

  double squaredDistance(int a, int b) {
    return squaredDistance(a, this, b);
  }

  /** From point {@code a} of these to point {@code b} of others. */
  double squaredDistance(int a, Points others, int b) {
    double dx = x[a] - others.x[b];
    double dy = y[a] - others.y[b];
    double dz = z[a] - others.z[b];
    return dx * dx + dy * dy + dz * dz;
  }

  /**
   * Reads a line {@code x y z} for each node.
   *
   * @throws IOException where there are not so many, or a coordinate is not a finite number
   */
  static Points read(Path file, int nodes) throws IOException {
    Points points = of(nodes);
    int i = 0;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        double[] place = place(line);
        if (place.length != 3 || i == nodes) {
          throw new IOException(
              file
                  + ", line "
                  + (i + 1)
                  + ": expected 'x y z' for "
                  + nodes
                  + " nodes, got: "
                  + line);
        }
        points.set(i++, place[0], place[1], place[2]);
      }
    }
    if (i < nodes) {
      throw new IOException(file + " has " + i + " places for " + nodes + " nodes");
    }
    return points;
  }

  /** Three finite numbers, or nothing. */
  private static double[] place(String line) {
    String[] words = line.split(" ", -1);
    double[] place = new double[words.length];
    for (int axis = 0; axis < words.length; axis++) {
      try {
        place[axis] = Double.parseDouble(words[axis]);
      } catch (NumberFormatException e) {
        return new double[0];
      }
      if (!Double.isFinite(place[axis])) {
        return new double[0];
      }
    }
    return place;
  }

  void write(Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < size(); i++) {
        out.write(x[i] + " " + y[i] + " " + z[i] + "\n");
      }
    }
  }
}
