/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

import java.util.Arrays;

/**
 * An octree over bodies in Morton order (Warren and Salmon 1993): each cell is a range of the
 * sorted bodies with its centre of mass and a radius around that. Levels at which a cell has only
 * one child are skipped. The children of a cell lie side by side, so that kernels look at all of
 * them at once. Built anew each tick; one thread builds, any may read afterwards.
 */
final class Octree {
  /** Most bodies of a leaf, unless they lie on one spot. */
  static final int LEAF = 64;

  private static final int AXIS_BITS = 10;
  private static final int TOP_SHIFT = 3 * (AXIS_BITS - 1);
  private static final float STEPS = (1 << AXIS_BITS) - 0.01f;
  private static final int DIGITS = 1 << AXIS_BITS;
  private static final int SIBLINGS = 8;

  /** The bodies in Morton order, padded. */
  final PointMasses sorted = new PointMasses(0);

  /** Per cell: centre of mass and mass. */
  final PointMasses cells = new PointMasses(1);

  /** Per cell: within which distance of its centre its bodies are. */
  float[] radius = new float[1];

  /** Per cell: its first child, meaningless for a leaf. */
  int[] firstChild = new int[1];

  /** Per cell: how many children it has; 0 for a leaf. */
  int[] children = new int[1];

  /** Per cell: its bodies are those {@code first <= i < end} of {@link #sorted}. */
  int[] first = new int[1];

  int[] end = new int[1];

  /** The leaves, from the left to the right. */
  int[] leaves = new int[1];

  int leafCount;

  private long[] keys = new long[0];
  private long[] spare = new long[0];
  private final int[][] histogram = new int[3][DIGITS];
  private PointMasses bodies = sorted;

  /** The slot of the {@code i}-th body in Morton order. */
  int slot(int i) {
    return (int) keys[i];
  }

  /** Builds the tree of those bodies that have mass. */
  void build(PointMasses from) {
    bodies = from;
    reserve(from.size);
    int count = collect();
    cells.size = 0;
    leafCount = 0;
    if (count == 0) {
      return;
    }
    sort(count);
    place(0, count);
    sorted.size = count;
    sorted.padWith(sorted.x[count - 1], sorted.y[count - 1], sorted.z[count - 1]);
    cells.size = 1;
    first[0] = 0;
    end[0] = count;
    split(0, TOP_SHIFT);
  }

  private void reserve(int count) {
    if (keys.length >= count && radius.length > 0 && sorted.capacity() >= count) {
      return;
    }
    int room = count + (count >> 2) + 1;
    keys = new long[room];
    spare = new long[room];
    sorted.size = 0;
    sorted.reserve(room);
    int most = 2 * room + SIBLINGS;
    cells.size = 0;
    cells.reserve(most);
    radius = new float[most + SIBLINGS];
    firstChild = new int[most];
    children = new int[most];
    first = new int[most];
    end = new int[most];
    leaves = new int[room];
  }

  /** Puts the slots of bodies with mass into the keys, and counts them. */
  private int collect() {
    float[] mass = bodies.mass;
    int count = 0;
    for (int i = 0; i < bodies.size; i++) {
      if (mass[i] > 0) {
        keys[count++] = i;
      }
    }
    return count;
  }

  private void sort(int count) {
    giveKeys(0, count);
    if (count < DIGITS) {
      Arrays.sort(keys, 0, count);
    } else {
      radixSort(count);
    }
  }

  /** Gives the bodies of a range Morton codes within the box that holds just them. */
  private void giveKeys(int from, int to) {
    Box box = Box.around(bodies, keys, from, to);
    float scale = STEPS / Math.max(box.extent(), Float.MIN_NORMAL);
    for (int i = from; i < to; i++) {
      int slot = (int) keys[i];
      int code =
          spread(step(bodies.x[slot] - box.x(), scale))
              | (spread(step(bodies.y[slot] - box.y(), scale)) << 1)
              | (spread(step(bodies.z[slot] - box.z(), scale)) << 2);
      keys[i] = ((long) code << 32) | slot;
    }
  }

  private static int step(float offset, float scale) {
    return Math.min((int) (offset * scale), DIGITS - 1);
  }

  /** Puts two zero bits between each two of ten. */
  private static int spread(int bits) {
    int v = bits;
    v = (v | (v << 16)) & 0x030000FF;
    v = (v | (v << 8)) & 0x0300F00F;
    v = (v | (v << 4)) & 0x030C30C3;
    v = (v | (v << 2)) & 0x09249249;
    return v;
  }

  /** Three passes of ten bits, least significant first. */
  private void radixSort(int count) {
    for (int[] counts : histogram) {
      Arrays.fill(counts, 0);
    }
    for (int i = 0; i < count; i++) {
      int code = (int) (keys[i] >>> 32);
      histogram[0][code & (DIGITS - 1)]++;
      histogram[1][(code >>> AXIS_BITS) & (DIGITS - 1)]++;
      histogram[2][code >>> (2 * AXIS_BITS)]++;
    }
    for (int pass = 0; pass < histogram.length; pass++) {
      scatter(histogram[pass], 32 + pass * AXIS_BITS, count);
    }
  }

  private void scatter(int[] counts, int shift, int count) {
    int at = 0;
    for (int digit = 0; digit < DIGITS; digit++) {
      int here = counts[digit];
      counts[digit] = at;
      at += here;
    }
    for (int i = 0; i < count; i++) {
      long key = keys[i];
      spare[counts[(int) (key >>> shift) & (DIGITS - 1)]++] = key;
    }
    long[] sortedKeys = spare;
    spare = keys;
    keys = sortedKeys;
  }

  private void place(int from, int to) {
    for (int i = from; i < to; i++) {
      int slot = (int) keys[i];
      sorted.x[i] = bodies.x[slot];
      sorted.y[i] = bodies.y[slot];
      sorted.z[i] = bodies.z[slot];
      sorted.mass[i] = bodies.mass[slot];
    }
  }

  /** Makes a cell's children, theirs, and then the cell's mass; codes agree above {@code shift}. */
  private void split(int cell, int shift) {
    int from = first[cell];
    int to = end[cell];
    if (to - from <= LEAF) {
      makeLeaf(cell);
      return;
    }
    int branching = branching(from, to, shift);
    if (branching < 0) {
      splitFiner(cell);
      return;
    }
    int child = cells.size;
    int count = 0;
    for (int at = from; at < to; count++) {
      first[child + count] = at;
      at = endOfDigit(at, to, branching);
      end[child + count] = at;
    }
    cells.size += count;
    firstChild[cell] = child;
    children[cell] = count;
    for (int k = 0; k < count; k++) {
      split(child + k, branching - 3);
    }
    weighChildren(cell);
  }

  /** The first level, from the given one down, at which the codes of a range differ; -1 if none. */
  private int branching(int from, int to, int shift) {
    int level = shift;
    while (level >= 0 && digit(from, level) == digit(to - 1, level)) {
      level -= 3;
    }
    return Math.max(level, -1);
  }

  private int digit(int i, int shift) {
    return (int) (keys[i] >>> (32 + shift)) & (SIBLINGS - 1);
  }

  /** Where the run of the digit at {@code from} ends, by bisection. */
  private int endOfDigit(int from, int to, int shift) {
    int digit = digit(from, shift);
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (digit(middle, shift) > digit) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * Splits a cell whose bodies share one code: a few bodies far off make the box of all so large
   * that the rest falls into one of its steps. Those get codes within their own box.
   */
  private void splitFiner(int cell) {
    int from = first[cell];
    int to = end[cell];
    if (Box.around(bodies, keys, from, to).extent() < Float.MIN_NORMAL) {
      makeLeaf(cell);
      return;
    }
    giveKeys(from, to);
    Arrays.sort(keys, from, to);
    place(from, to);
    split(cell, TOP_SHIFT);
  }

  private void makeLeaf(int cell) {
    children[cell] = 0;
    leaves[leafCount++] = cell;
    int from = first[cell];
    int to = end[cell];
    centre(cell, sorted, from, to);
    float most = 0;
    for (int i = from; i < to; i++) {
      most = Math.max(most, squaredDistance(cell, sorted, i));
    }
    radius[cell] = (float) Math.sqrt(most);
  }

  private void weighChildren(int cell) {
    int from = firstChild[cell];
    int to = from + children[cell];
    centre(cell, cells, from, to);
    float most = 0;
    for (int k = from; k < to; k++) {
      most = Math.max(most, (float) Math.sqrt(squaredDistance(cell, cells, k)) + radius[k]);
    }
    radius[cell] = most;
  }

  private void centre(int cell, PointMasses parts, int from, int to) {
    float sumX = 0;
    float sumY = 0;
    float sumZ = 0;
    float sum = 0;
    for (int i = from; i < to; i++) {
      float m = parts.mass[i];
      sumX += m * parts.x[i];
      sumY += m * parts.y[i];
      sumZ += m * parts.z[i];
      sum += m;
    }
    cells.x[cell] = sumX / sum;
    cells.y[cell] = sumY / sum;
    cells.z[cell] = sumZ / sum;
    cells.mass[cell] = sum;
  }

  private float squaredDistance(int cell, PointMasses parts, int i) {
    float dx = parts.x[i] - cells.x[cell];
    float dy = parts.y[i] - cells.y[cell];
    float dz = parts.z[i] - cells.z[cell];
    return dx * dx + dy * dy + dz * dz;
  }
}
