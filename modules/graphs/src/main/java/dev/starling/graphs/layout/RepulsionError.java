/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

/**
 * How far a layout's repulsion is from the exact one, to be measured and watched: the tree answers
 * for many bodies at once and is a little wrong about each. Stateless; the layout's thread calls.
 */
public final class RepulsionError {
  private RepulsionError() {}

  /**
   * The root mean square error of the repulsion on bodies, divided by the root mean square of what
   * all pairs come to in double precision: 0.02 is 2 %. Takes {@code asked} times as many steps as
   * there are bodies, and leaves the layout as it was.
   *
   * @param asked bodies that are looked at, evenly from all
   */
  public static double of(Layout layout, int asked) {
    RepulsionLaw law = layout.law();
    Bodies bodies = layout.repelled();
    int every = Math.max(1, bodies.slots() / Math.max(1, asked));
    double wrong = 0;
    double all = 0;
    for (int i = 0; i < bodies.slots(); i += every) {
      if (bodies.isThere(i)) {
        double[] exact = exactField(bodies, i, law);
        wrong +=
            square(
                bodies.force.x[i] - exact[0],
                bodies.force.y[i] - exact[1],
                bodies.force.z[i] - exact[2]);
        all += square(exact[0], exact[1], exact[2]);
      }
    }
    return all == 0 ? 0 : Math.sqrt(wrong / all);
  }

  private static double square(double x, double y, double z) {
    return x * x + y * y + z * z;
  }

  /** The field at a body, added up in double precision over all others. */
  static double[] exactField(Bodies bodies, int slot, RepulsionLaw law) {
    PointMasses at = bodies.at;
    double reach2 = (double) law.reach() * law.reach();
    double x = 0;
    double y = 0;
    double z = 0;
    for (int j = 0; j < at.size; j++) {
      double dx = (double) at.x[slot] - at.x[j];
      double dy = (double) at.y[slot] - at.y[j];
      double dz = (double) at.z[slot] - at.z[j];
      double d2 = square(dx, dy, dz);
      double strength = d2 > reach2 ? 0 : at.mass[j] / (d2 + law.softening());
      x += strength * dx;
      y += strength * dy;
      z += strength * dz;
    }
    return new double[] {x, y, z};
  }
}
