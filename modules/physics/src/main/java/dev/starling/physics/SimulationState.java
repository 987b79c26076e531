/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

/**
 * How a simulation is.
 *
 * @param isRunning whether it moves at all, by its setting
 * @param isConverged whether nothing moves any more that anybody could see
 * @param iteration ticks since this simulator leads
 * @param kineticEnergy half the sum of inertia times squared speed, units²/s²
 * @param ticksPerSecond measured over the last second; 0 at rest, NaN before it can be measured
 * @param rate ticks a second that it aims at
 * @param isLowered whether that is less than the full rate, since ticks take too long
 */
record SimulationState(
    boolean isRunning,
    boolean isConverged,
    long iteration,
    double kineticEnergy,
    double ticksPerSecond,
    double rate,
    boolean isLowered,
    int nodes,
    long edges) {

  static final SimulationState NONE = new SimulationState(false, true, 0, 0, 0, 0, false, 0, 0);

  /** Whether a client should hear of it at once. */
  boolean isUnlike(SimulationState other) {
    return isRunning != other.isRunning
        || isConverged != other.isConverged
        || isLowered != other.isLowered;
  }
}
