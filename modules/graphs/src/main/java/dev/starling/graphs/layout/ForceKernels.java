/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

/**
 * The inner loops of repulsion. Sums are of floats in an order of the kernels' choice, always the
 * same for the same input. Stateless, safe on any thread.
 */
interface ForceKernels {

  /**
   * Sets the field of all {@code sources} at each target {@code from <= i < to}.
   *
   * @param sources padded; may hold the targets themselves, since no body pushes itself
   * @param targets whose masses do not matter
   * @param out receives the field of target {@code i} at {@code i}
   */
  void push(
      PointMasses sources,
      PointMasses targets,
      int from,
      int to,
      RepulsionLaw law,
      VectorField out);

  /**
   * Adds the field of masses and its Jacobian at one point.
   *
   * @param offsets that point minus the place of each mass; padded
   */
  void expand(PointMasses offsets, float softening, LocalExpansion out);

  /**
   * Tells the children of a cell apart by how they may act on a group: those far off are added to
   * {@code walk.far}, those at middle distance to {@code walk.near}, each as one mass.
   *
   * @return the children that are neither: bit {@code k} for the {@code k}-th
   */
  int sift(Octree tree, int cell, GroupWalk walk);

  /** What runs and, for a fallback, why and what to do: one line for the start-up log. */
  String description();
}
