/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

import dev.starling.graphs.Adjacency;
import dev.starling.graphs.Hash;
import dev.starling.graphs.layout.LayoutParameters.Forces;
import dev.starling.graphs.layout.LayoutParameters.Motion;
import dev.starling.graphs.layout.LayoutParameters.Walls;

/**
 * Turns forces into motion by semi-implicit Euler, over stretches of slots that threads may share.
 * All accelerations are to be known before anything moves. Stateless but for its parameters.
 */
final class Integrator {
  /** An explicit step overshoots where stiffness times its square comes near 4. */
  private static final float STABLE = 0.5f;

  /**
   * Units per second that bodies of full heat tremble at the least: those on one spot must part.
   */
  private static final float TREMBLE = 1e-3f;

  private static final int AXIS_BITS = 21;
  private static final float ONE = 1 << (AXIS_BITS - 1);

  private final Bodies bodies;
  private final Forces forces;
  private final Motion motion;
  private final Walls walls;
  private final float springK;
  private final float centreK;
  private final float temperature;
  private final long seed;

  /** {@code seed}: of this tick's random motion. */
  Integrator(Bodies bodies, LayoutParameters parameters, long seed) {
    this.bodies = bodies;
    this.seed = seed;
    this.forces = parameters.forces();
    this.motion = parameters.motion();
    this.walls = parameters.walls();
    float stiffest = STABLE / (motion.step() * motion.step());
    this.springK = Math.min(forces.springK(), stiffest);
    this.centreK = Math.min(forces.centreK(), stiffest);
    this.temperature = Math.max(TREMBLE, motion.temperature());
  }

  /** Makes accelerations of what {@link Repulsion} left in {@code bodies.force}. */
  void accelerate(Adjacency graph, int from, int to) {
    VectorField force = bodies.force;
    for (int i = from; i < to; i++) {
      if (bodies.at.mass[i] == 0 || bodies.isPinned[i]) {
        force.set(i, 0, 0, 0);
        continue;
      }
      float share = forces.repelK();
      force.set(i, share * force.x[i], share * force.y[i], share * force.z[i]);
      if (i < graph.size()) {
        pull(graph, i);
      }
      settle(i);
    }
  }

  private void pull(Adjacency graph, int i) {
    int[] neighbours = graph.neighbours();
    float[] weights = graph.weights();
    PointMasses at = bodies.at;
    float rest = forces.restLength();
    float x = at.x[i];
    float y = at.y[i];
    float z = at.z[i];
    float sumX = 0;
    float sumY = 0;
    float sumZ = 0;
    float weight = 0;
    int end = graph.end(i);
    for (int k = graph.start(i); k < end; k++) {
      int j = neighbours[k];
      float dx = at.x[j] - x;
      float dy = at.y[j] - y;
      float dz = at.z[j] - z;
      float w = weights[k];
      weight += w;
      float stretched = rest == 0 ? w : w * stretch(dx, dy, dz, rest);
      sumX += stretched * dx;
      sumY += stretched * dy;
      sumZ += stretched * dz;
    }
    bodies.inertia[i] = 1 + weight;
    VectorField force = bodies.force;
    force.set(
        i, force.x[i] + springK * sumX, force.y[i] + springK * sumY, force.z[i] + springK * sumZ);
  }

  /** The part of an edge's length that it has too much; negative where it is too short. */
  private static float stretch(float dx, float dy, float dz, float rest) {
    float length = (float) Math.sqrt(dx * dx + dy * dy + dz * dz);
    return length == 0 ? 0 : (length - rest) / length;
  }

  /** Adds what acts on every body, divides by inertia, and cuts at the greatest allowed. */
  private void settle(int i) {
    VectorField force = bodies.force;
    float inverse = 1 / bodies.inertia[i];
    float x = (force.x[i] - centreK * bodies.at.x[i]) * inverse;
    float y = (force.y[i] - centreK * bodies.at.y[i]) * inverse - forces.gravity();
    float z = (force.z[i] - centreK * bodies.at.z[i]) * inverse;
    float cut = cut(x, y, z, forces.most());
    force.set(i, cut * x, cut * y, cut * z);
  }

  /** Moves each body by its velocity and cools it. */
  void move(int from, int to, Sums sums) {
    sums.clear();
    for (int i = from; i < to; i++) {
      if (bodies.at.mass[i] > 0) {
        step(i, sums);
      }
    }
  }

  private void step(int i, Sums sums) {
    PointMasses at = bodies.at;
    VectorField v = bodies.velocity;
    if (bodies.isPinned[i]) {
      v.set(i, 0, 0, 0);
    } else {
      speedUp(i);
      at.x[i] = within(at.x[i] + motion.step() * v.x[i], i, v.x);
      at.y[i] = within(at.y[i] + motion.step() * v.y[i], i, v.y);
      at.z[i] = within(at.z[i] + motion.step() * v.z[i], i, v.z);
    }
    bodies.heat[i] *= 1 - motion.cooling();
    double square = square(v, i);
    sums.energy += 0.5 * bodies.inertia[i] * square;
    sums.greatestSquaredStep = Math.max(sums.greatestSquaredStep, square);
    sums.place(at.x[i], at.y[i], at.z[i]);
  }

  private void speedUp(int i) {
    VectorField v = bodies.velocity;
    VectorField a = bodies.force;
    float keep = motion.damping();
    float gain = motion.damping() * motion.step();
    float kick = temperature * bodies.heat[i];
    long random = Hash.of(seed, i);
    float x = keep * v.x[i] + gain * a.x[i] + kick * axis(random, 0);
    float y = keep * v.y[i] + gain * a.y[i] + kick * axis(random, 1);
    float z = keep * v.z[i] + gain * a.z[i] + kick * axis(random, 2);
    float cut = cut(x, y, z, motion.maxSpeed() * bodies.heat[i]);
    v.set(i, cut * x, cut * y, cut * z);
  }

  /** What a vector is to be multiplied with to be no longer than {@code most}. */
  private static float cut(float x, float y, float z, float most) {
    // In double precision, where no square of a float overflows.
    double square = (double) x * x + (double) y * y + (double) z * z;
    return square > (double) most * most ? (float) (most / Math.sqrt(square)) : 1;
  }

  /** A number from -1 to 1 out of a third of the random bits. */
  private static float axis(long random, int axis) {
    int bits = (int) (random >>> (axis * AXIS_BITS)) & ((1 << AXIS_BITS) - 1);
    return bits / ONE - 1;
  }

  /** A coordinate held within the walls and the edge of space; what bounces comes back slower. */
  private float within(float coordinate, int i, float[] speed) {
    float limit = walls.enabled() ? walls.halfWidth() : Layout.EDGE_OF_SPACE;
    if (Math.abs(coordinate) <= limit) {
      return coordinate;
    }
    speed[i] *= -walls.damping();
    return Math.copySign(limit, coordinate);
  }

  private static double square(VectorField v, int i) {
    return (double) v.x[i] * v.x[i] + (double) v.y[i] * v.y[i] + (double) v.z[i] * v.z[i];
  }
}
