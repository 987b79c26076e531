/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

/** Hears of every change to who is in the mesh, and how. */
@FunctionalInterface
public interface ViewListener {

  /** Called on the fabric's event loop, in order; {@code before} and {@code now} differ. */
  void viewChanged(View before, View now);
}
