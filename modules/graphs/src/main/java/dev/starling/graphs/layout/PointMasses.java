/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

import java.util.Arrays;

/**
 * A growing list of points in space, each with a mass, column by column: {@code x[i], y[i], z[i],
 * mass[i]} for {@code i < size}. The columns are public to the kernels of this package and always
 * hold room for {@link #PADDING} entries more than {@code size}. One thread at a time.
 */
final class PointMasses {
  /** Kernels read whole vectors of at most this many floats. */
  static final int PADDING = 16;

  float[] x;
  float[] y;
  float[] z;
  float[] mass;
  int size;

  PointMasses(int capacity) {
    x = new float[capacity + PADDING];
    y = new float[capacity + PADDING];
    z = new float[capacity + PADDING];
    mass = new float[capacity + PADDING];
  }

  /** How many points there is room for. */
  int capacity() {
    return x.length - PADDING;
  }

  void clear() {
    size = 0;
  }

  /** Makes room for {@code more} points behind those that are there. */
  void reserve(int more) {
    int needed = size + more;
    if (needed > capacity()) {
      grow(Math.max(needed, size + (size >> 1)) + PADDING);
    }
  }

  private void grow(int length) {
    x = Arrays.copyOf(x, length);
    y = Arrays.copyOf(y, length);
    z = Arrays.copyOf(z, length);
    mass = Arrays.copyOf(mass, length);
  }

  /** Appends one point; there must be room. */
  void add(float px, float py, float pz, float m) {
    int at = size++;
    x[at] = px;
    y[at] = py;
    z[at] = pz;
    mass[at] = m;
  }

  /** Appends the points {@code from <= i < to} of {@code other}; makes room itself. */
  void addRange(PointMasses other, int from, int to) {
    int count = to - from;
    reserve(count);
    System.arraycopy(other.x, from, x, size, count);
    System.arraycopy(other.y, from, y, size, count);
    System.arraycopy(other.z, from, z, size, count);
    System.arraycopy(other.mass, from, mass, size, count);
    size += count;
  }

  /** Sets what kernels may read behind the last point to points without mass at (x, y, z). */
  void padWith(float px, float py, float pz) {
    for (int i = size; i < size + PADDING; i++) {
      x[i] = px;
      y[i] = py;
      z[i] = pz;
      mass[i] = 0;
    }
  }
}
