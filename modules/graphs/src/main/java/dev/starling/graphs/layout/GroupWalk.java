/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

import java.util.Arrays;

/**
 * What one thread needs to walk a tree for one group of bodies after another: the group's sphere,
 * what acts on it, and the cells still to be opened. One thread at a time.
 */
final class GroupWalk {
  /** Masses so far off that one expansion around the group's centre stands for all: offsets. */
  final PointMasses far = new PointMasses(1 << 10);

  /** Masses that each body of the group feels by itself: places. */
  final PointMasses near = new PointMasses(1 << 12);

  final LocalExpansion expansion = new LocalExpansion();

  float x;
  float y;
  float z;
  float radius;

  private int[] open = new int[256];
  private int opened;

  /** Begins anew, for a group within the given sphere. */
  void begin(float centreX, float centreY, float centreZ, float r) {
    x = centreX;
    y = centreY;
    z = centreZ;
    radius = r;
    far.clear();
    near.clear();
    expansion.clear();
    opened = 0;
  }

  void open(int cell) {
    if (opened == open.length) {
      open = Arrays.copyOf(open, 2 * opened);
    }
    open[opened++] = cell;
  }

  boolean isOpenLeft() {
    return opened > 0;
  }

  int nextOpen() {
    return open[--opened];
  }
}
