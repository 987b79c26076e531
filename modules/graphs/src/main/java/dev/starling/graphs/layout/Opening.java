/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

/**
 * When a cell may act on a group of bodies as one mass, by the ratio of sizes to distance (Barnes
 * and Hut 1986). Measured on real graphs, these ratios leave 1 to 3 % of root-mean-square error.
 */
final class Opening {
  /** Cell's and group's radius together, by their distance: below it one expansion serves all. */
  static final float FAR = 0.6f;

  /** Cell's radius by its distance from the nearest body of the group. */
  static final float MIDDLING = 0.7f;

  static final float INVERSE_FAR_SQUARED = 1 / (FAR * FAR);
  static final float INVERSE_MIDDLING = 1 / MIDDLING;

  private Opening() {}

  static boolean isFar(float cellRadius, float groupRadius, float squaredDistance) {
    float both = cellRadius + groupRadius;
    return both * both * INVERSE_FAR_SQUARED < squaredDistance;
  }

  static boolean isMiddling(float cellRadius, float groupRadius, float squaredDistance) {
    float needed = cellRadius * INVERSE_MIDDLING + groupRadius;
    return needed * needed < squaredDistance;
  }
}
