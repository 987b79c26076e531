/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

/** Vectors of length 1. Stateless. */
final class UnitVector {
  private UnitVector() {}

  /** Gives {@code values} the length 1 in place; zeros stay. */
  static void scale(float[] values) {
    double square = 0;
    for (float value : values) {
      square += (double) value * value;
    }
    if (square > 0) {
      double factor = 1 / Math.sqrt(square);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (values[i] * factor);
      }
    }
  }
}
