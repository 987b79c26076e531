/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

/** What the bodies of one stretch of slots come to after a tick. One thread at a time. */
final class Sums {
  double energy;
  double greatestSquaredStep;
  double x;
  double y;
  double z;
  double squares;

  void clear() {
    energy = 0;
    greatestSquaredStep = 0;
    x = 0;
    y = 0;
    z = 0;
    squares = 0;
  }

  void add(Sums other) {
    energy += other.energy;
    greatestSquaredStep = Math.max(greatestSquaredStep, other.greatestSquaredStep);
    x += other.x;
    y += other.y;
    z += other.z;
    squares += other.squares;
  }

  void place(float atX, float atY, float atZ) {
    x += atX;
    y += atY;
    z += atZ;
    squares += (double) atX * atX + (double) atY * atY + (double) atZ * atZ;
  }

  /** Root mean square distance from the middle of {@code count} bodies. */
  double radius(int count) {
    if (count == 0) {
      return 0;
    }
    double middle = (x * x + y * y + z * z) / count;
    return Math.sqrt(Math.max(0, (squares - middle) / count));
  }
}
