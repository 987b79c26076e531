/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

import java.util.Random;

/** Bodies to test with, reproducible from a seed. */
final class Clouds {
  private Clouds() {}

  /** Bodies of a Gaussian ball of the given deviation, in the slots from 0 on. */
  static Bodies ball(int count, float deviation, long seed) {
    Random random = new Random(seed);
    Bodies bodies = new Bodies(count);
    for (int i = 0; i < count; i++) {
      put(bodies, i, deviation, random);
    }
    return bodies;
  }

  /** Small dense balls far from each other, and every tenth slot empty. */
  static Bodies clumps(int count, long seed) {
    Random random = new Random(seed);
    Bodies bodies = new Bodies(count);
    for (int i = 0; i < count; i++) {
      float away = 300f * (i % 7);
      bodies.put(
          i,
          away + (float) random.nextGaussian(),
          -away + (float) random.nextGaussian(),
          (float) random.nextGaussian());
      if (i % 10 == 3) {
        bodies.take(i);
      }
    }
    return bodies;
  }

  private static void put(Bodies bodies, int slot, float deviation, Random random) {
    bodies.put(
        slot,
        deviation * (float) random.nextGaussian(),
        deviation * (float) random.nextGaussian(),
        deviation * (float) random.nextGaussian());
  }

  static int present(Bodies bodies) {
    int count = 0;
    for (int i = 0; i < bodies.slots(); i++) {
      count += bodies.isThere(i) ? 1 : 0;
    }
    return count;
  }

  /** The field at a body, added up in double precision over all others. */
  static double[] exactField(Bodies bodies, int slot, RepulsionLaw law) {
    double[] field = new double[3];
    PointMasses at = bodies.at;
    for (int j = 0; j < bodies.slots(); j++) {
      double dx = (double) at.x[slot] - at.x[j];
      double dy = (double) at.y[slot] - at.y[j];
      double dz = (double) at.z[slot] - at.z[j];
      double square = dx * dx + dy * dy + dz * dz;
      if (Math.sqrt(square) <= law.reach()) {
        double strength = at.mass[j] / (square + law.softening());
        field[0] += strength * dx;
        field[1] += strength * dy;
        field[2] += strength * dz;
      }
    }
    return field;
  }

  /** Root mean square error of the force on all bodies, by that of the exact field. */
  static double error(Bodies bodies, RepulsionLaw law) {
    double wrong = 0;
    double all = 0;
    for (int i = 0; i < bodies.slots(); i++) {
      if (bodies.isThere(i)) {
        double[] exact = exactField(bodies, i, law);
        double[] found = {bodies.force.x[i], bodies.force.y[i], bodies.force.z[i]};
        for (int axis = 0; axis < 3; axis++) {
          wrong += (found[axis] - exact[axis]) * (found[axis] - exact[axis]);
          all += exact[axis] * exact[axis];
        }
      }
    }
    return Math.sqrt(wrong / all);
  }
}
