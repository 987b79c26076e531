/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.frame;

/**
 * A cube of 65 536 steps along each axis that places are rounded to. Immutable.
 *
 * @param scale units in a step, above 0
 */
record Grid(float originX, float originY, float originZ, float scale) {
  /** The last step of an axis. */
  static final int LAST = 0xFFFF;

  /** How much longer the cube's edge is than the layout's longest, so that this may grow. */
  private static final double ROOM = 1.25;

  /** Units of a step where all nodes are at one place. */
  private static final double SMALLEST = 1e-6;

  /** The cube around the nodes of a block, with room around them. */
  static Grid around(float[] places, int nodes) {
    double edge = 0;
    double[] middle = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (int i = axis * nodes; i < (axis + 1) * nodes; i++) {
        double place = finite(places[i]);
        least = Math.min(least, place);
        most = Math.max(most, place);
      }
      if (nodes > 0) {
        middle[axis] = (least + most) / 2;
        edge = Math.max(edge, most - least);
      }
    }
    float scale = (float) Math.max(edge * ROOM / LAST, SMALLEST);
    return new Grid(
        origin(middle[0], scale), origin(middle[1], scale), origin(middle[2], scale), scale);
  }

  private static float origin(double middle, float scale) {
    double origin = middle - scale * (LAST / 2.0);
    return (float) Math.clamp(origin, -Float.MAX_VALUE, Float.MAX_VALUE);
  }

  /** The same, but 0 for what is no finite number. */
  static float finite(float value) {
    return Float.isFinite(value) ? value : 0;
  }

  float origin(int axis) {
    return switch (axis) {
      case 0 -> originX;
      case 1 -> originY;
      default -> originZ;
    };
  }
}
