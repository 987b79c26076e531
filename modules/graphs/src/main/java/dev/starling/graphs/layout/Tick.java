/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

/**
 * What one tick of a layout did.
 *
 * @param iteration ticks since the layout was made, this one included
 * @param bodies how many there are
 * @param kineticEnergy half the sum of inertia times squared speed, units²/s²
 * @param greatestStep how far the fastest body went, units
 * @param radius root mean square distance of the bodies from their centre, units
 * @param settled whether nothing moves any more that anybody could see
 */
public record Tick(
    long iteration,
    int bodies,
    double kineticEnergy,
    double greatestStep,
    double radius,
    boolean settled) {}
