/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

/**
 * How masses push: one of mass {@code m} at {@code s} makes the field {@code m (t - s) / (|t - s|²
 * + softening)} at {@code t}, and none where {@code |t - s| > reach}. It falls with the distance,
 * not with its square: no root is needed, and a graph spreads more evenly.
 *
 * @param softening square units, &gt; 0
 * @param reach units, &gt; 0; infinite where everybody feels everybody
 */
record RepulsionLaw(float softening, float reach) {
  boolean isUnbounded() {
    return reach == Float.POSITIVE_INFINITY;
  }
}
