/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

import java.util.Arrays;

/**
 * A vector per body, column by column: velocities or forces, {@code float[capacity]} each. One
 * thread at a time for each index.
 */
final class VectorField {
  float[] x;
  float[] y;
  float[] z;

  VectorField(int capacity) {
    x = new float[capacity];
    y = new float[capacity];
    z = new float[capacity];
  }

  void growTo(int capacity) {
    if (capacity > x.length) {
      x = Arrays.copyOf(x, capacity);
      y = Arrays.copyOf(y, capacity);
      z = Arrays.copyOf(z, capacity);
    }
  }

  void set(int i, float vx, float vy, float vz) {
    x[i] = vx;
    y[i] = vy;
    z[i] = vz;
  }
}
