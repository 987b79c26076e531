/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

/**
 * Kernels in plain Java, for JVMs without the Vector API and as the twin the others are held to.
 */
final class ScalarForceKernels implements ForceKernels {
  private final String description;

  ScalarForceKernels(String description) {
    this.description = description;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public void push(
      PointMasses sources,
      PointMasses targets,
      int from,
      int to,
      RepulsionLaw law,
      VectorField out) {
    float softening = law.softening();
    float reach2 = law.reach() * law.reach();
    for (int i = from; i < to; i++) {
      float x = targets.x[i];
      float y = targets.y[i];
      float z = targets.z[i];
      float sumX = 0;
      float sumY = 0;
      float sumZ = 0;
      for (int j = 0; j < sources.size; j++) {
        float dx = x - sources.x[j];
        float dy = y - sources.y[j];
        float dz = z - sources.z[j];
        float d2 = dx * dx + dy * dy + dz * dz;
        float strength = d2 > reach2 ? 0 : sources.mass[j] / (d2 + softening);
        sumX += strength * dx;
        sumY += strength * dy;
        sumZ += strength * dz;
      }
      out.set(i, sumX, sumY, sumZ);
    }
  }

  @Override
  public void expand(PointMasses offsets, float softening, LocalExpansion out) {
    for (int i = 0; i < offsets.size; i++) {
      float x = offsets.x[i];
      float y = offsets.y[i];
      float z = offsets.z[i];
      float inverse = 1 / (x * x + y * y + z * z + softening);
      float strength = offsets.mass[i] * inverse;
      float bend = -2 * strength * inverse;
      out.fx += strength * x;
      out.fy += strength * y;
      out.fz += strength * z;
      out.jxx += strength + bend * x * x;
      out.jyy += strength + bend * y * y;
      out.jzz += strength + bend * z * z;
      out.jxy += bend * x * y;
      out.jxz += bend * x * z;
      out.jyz += bend * y * z;
    }
  }

  @Override
  public int sift(Octree tree, int cell, GroupWalk walk) {
    PointMasses cells = tree.cells;
    int child = tree.firstChild[cell];
    int count = tree.children[cell];
    int rest = 0;
    for (int k = 0; k < count; k++) {
      int at = child + k;
      float dx = walk.x - cells.x[at];
      float dy = walk.y - cells.y[at];
      float dz = walk.z - cells.z[at];
      float d2 = dx * dx + dy * dy + dz * dz;
      float radius = tree.radius[at];
      if (Opening.isFar(radius, walk.radius, d2)) {
        walk.far.add(dx, dy, dz, cells.mass[at]);
      } else if (Opening.isMiddling(radius, walk.radius, d2)) {
        walk.near.add(cells.x[at], cells.y[at], cells.z[at], cells.mass[at]);
      } else {
        rest |= 1 << k;
      }
    }
    return rest;
  }
}
