/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

/**
 * The smallest cube that stands on the least corner of some bodies and holds them all.
 *
 * @param x least x, in units; likewise y and z
 * @param extent length of its edges, in units
 */
record Box(float x, float y, float z, float extent) {

  /** The box of the bodies whose slots are the low halves of {@code keys[from .. to)}. */
  static Box around(PointMasses bodies, long[] keys, int from, int to) {
    float x0 = Float.POSITIVE_INFINITY;
    float y0 = x0;
    float z0 = x0;
    float x1 = Float.NEGATIVE_INFINITY;
    float y1 = x1;
    float z1 = x1;
    for (int i = from; i < to; i++) {
      int slot = (int) keys[i];
      x0 = Math.min(x0, bodies.x[slot]);
      y0 = Math.min(y0, bodies.y[slot]);
      z0 = Math.min(z0, bodies.z[slot]);
      x1 = Math.max(x1, bodies.x[slot]);
      y1 = Math.max(y1, bodies.y[slot]);
      z1 = Math.max(z1, bodies.z[slot]);
    }
    return new Box(x0, y0, z0, Math.max(x1 - x0, Math.max(y1 - y0, z1 - z0)));
  }
}
