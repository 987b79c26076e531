/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

import java.util.Arrays;

/**
 * The bodies of a layout by slot, column by column. A slot without a body has no mass and is left
 * out of everything. One thread writes at a time for each slot.
 */
final class Bodies {
  /** Places in units; mass 1 for a body, 0 for an empty slot. */
  final PointMasses at;

  /** Units per second. */
  final VectorField velocity;

  /** Acceleration that is being added up, in units per second squared. */
  final VectorField force;

  /** What a force has to move: 1 and the weights of a body's edges. */
  float[] inertia;

  /** Part of the greatest speed that a body may have now, 0 to 1: it cools. */
  float[] heat;

  boolean[] isPinned;

  Bodies(int capacity) {
    at = new PointMasses(capacity);
    velocity = new VectorField(at.x.length);
    force = new VectorField(at.x.length);
    inertia = new float[at.x.length];
    heat = new float[at.x.length];
    isPinned = new boolean[at.x.length];
  }

  /** Makes sure that there is a slot of this number. */
  void growTo(int slots) {
    if (slots <= at.size) {
      return;
    }
    at.reserve(slots - at.size);
    at.size = slots;
    int length = at.x.length;
    velocity.growTo(length);
    force.growTo(length);
    if (inertia.length < length) {
      inertia = Arrays.copyOf(inertia, length);
      heat = Arrays.copyOf(heat, length);
      isPinned = Arrays.copyOf(isPinned, length);
    }
  }

  /** Slots, empty ones among them. */
  int slots() {
    return at.size;
  }

  boolean isThere(int slot) {
    return slot < at.size && at.mass[slot] > 0;
  }

  void put(int slot, float x, float y, float z) {
    growTo(slot + 1);
    at.x[slot] = x;
    at.y[slot] = y;
    at.z[slot] = z;
    at.mass[slot] = 1;
    inertia[slot] = 1;
    velocity.set(slot, 0, 0, 0);
  }

  void take(int slot) {
    at.mass[slot] = 0;
    heat[slot] = 0;
    isPinned[slot] = false;
    velocity.set(slot, 0, 0, 0);
  }
}
