/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

/**
 * Brings a fingerprint into the range where float arithmetic neither overflows nor fades.
 *
 * <p>A power of two multiplies every component so that the largest magnitude lies in [0.5, 1). That
 * is exact: no bit of a component changes, only its exponent, and every sum of squares or products
 * made from the scaled components is the unscaled sum times a power of two, bit for bit.
 *
 * <p>The exception are components below 2^-60 of the range. Their products would reach subnormal
 * numbers, where some cores slow down a hundredfold, so they become zero in the scaled copy and
 * {@link #apply} reports it: the copy then serves to filter, and the truth needs the original.
 */
final class Scaling {
  private static final float FAINT = 0x1p-60f;

  private Scaling() {}

  /**
   * The power of two that brings the largest magnitude into [0.5, 1).
   *
   * @param magnitudeBits of {@link Fingerprints#finiteMagnitudeBits}, not zero
   */
  static double factor(int magnitudeBits) {
    double largest = Float.intBitsToFloat(magnitudeBits); // subnormal floats are normal doubles
    return Math.scalb(1.0, -Math.getExponent(largest) - 1);
  }

  /**
   * Writes the scaled components to {@code to[at .. at + from.length)}.
   *
   * @return whether the copy is exact; false when a component other than zero became zero
   */
  static boolean apply(double factor, float[] from, float[] to, int at) {
    boolean exact = true;
    for (int k = 0; k < from.length; k++) {
      float scaled = (float) (from[k] * factor);
      boolean faint = Math.abs(scaled) < FAINT;
      exact &= !faint || from[k] == 0;
      to[at + k] = faint ? 0 : scaled;
    }
    return exact;
  }
}
