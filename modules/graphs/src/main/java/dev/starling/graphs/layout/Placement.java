/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

import dev.starling.graphs.Adjacency;
import dev.starling.graphs.Hash;

/**
 * Where a body begins: beside its neighbours where it has some, else somewhere in a Gaussian ball
 * that grows with the number of bodies. The same seed and slot give the same place. Stateless.
 *
 * @param seed of all places
 */
record Placement(long seed) {
  private static final float SPACING = 12;
  private static final int NEIGHBOURS_ASKED = 32;

  /** {@link #gaussian} is below 5.8, and so is no place further out than its square root of 3. */
  private static final double WIDEST = 10.1;

  /** Units from the centre beyond which no body begins in a ball for {@code expected} of them. */
  static double widest(int expected) {
    return WIDEST * spread(expected);
  }

  private static float spread(int expected) {
    return SPACING * (float) Math.cbrt(Math.max(1, expected));
  }

  /** Puts a body somewhere in a ball for {@code expected} of them. */
  void scatter(Bodies bodies, int slot, int expected) {
    float spread = spread(expected);
    bodies.put(
        slot, spread * gaussian(slot, 0), spread * gaussian(slot, 1), spread * gaussian(slot, 2));
  }

  /** Puts a body beside the middle of its neighbours; where none is placed, into the ball. */
  void putByNeighbours(Bodies bodies, Adjacency graph, int slot, int expected) {
    double x = 0;
    double y = 0;
    double z = 0;
    int found = 0;
    int end = Math.min(graph.end(slot), graph.start(slot) + NEIGHBOURS_ASKED);
    for (int k = graph.start(slot); k < end; k++) {
      int neighbour = graph.neighbours()[k];
      if (neighbour != slot && bodies.isThere(neighbour)) {
        x += bodies.at.x[neighbour];
        y += bodies.at.y[neighbour];
        z += bodies.at.z[neighbour];
        found++;
      }
    }
    if (found == 0) {
      scatter(bodies, slot, expected);
      return;
    }
    bodies.put(
        slot,
        (float) (x / found) + SPACING * gaussian(slot, 0),
        (float) (y / found) + SPACING * gaussian(slot, 1),
        (float) (z / found) + SPACING * gaussian(slot, 2));
  }

  /** A number of the standard normal distribution, by Box and Muller (1958). */
  private float gaussian(int slot, int axis) {
    long bits = Hash.of(seed, 3L * slot + axis);
    double u = ((bits >>> 40) + 1) / (double) (1 << 24);
    double v = (bits & 0xFFFFFF) / (double) (1 << 24);
    return (float) (Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v));
  }
}
