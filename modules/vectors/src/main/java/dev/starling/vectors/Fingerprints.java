/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

/**
 * The arithmetic of fingerprints: validation and the reference cosine in double precision.
 *
 * <p>A fingerprint is a {@code float[d]} of finite components, 1 &lt;= d &lt;= {@link
 * #MAX_DIMENSION}. The cosine defined here is the truth of the house: the product of two floats is
 * exact in a double and the sums run from the first component to the last, so any program that adds
 * in that order gets the same bits. No float can overflow or vanish in it: squares lie in [2e-90,
 * 1.2e77].
 *
 * <p>Pure functions, safe on any thread.
 */
public final class Fingerprints {
  /** Most components a fingerprint may have. */
  public static final int MAX_DIMENSION = 4096;

  private static final int INFINITY_BITS = 0x7f80_0000;

  private Fingerprints() {}

  /**
   * Returns the fingerprint itself when every component is finite.
   *
   * @param fingerprint {@code float[d]}, any length
   * @throws IllegalArgumentException naming the first component that is NaN or infinite
   */
  public static float[] requireFinite(float[] fingerprint) {
    finiteMagnitudeBits(fingerprint);
    return fingerprint;
  }

  /**
   * Returns the fingerprint itself when it has {@code dimension} components.
   *
   * @throws IllegalArgumentException naming the expected and the actual number of components
   */
  public static float[] requireDimension(float[] fingerprint, int dimension) {
    if (fingerprint.length != dimension) {
      throw new IllegalArgumentException(
          "expected a fingerprint of " + dimension + " components, got " + fingerprint.length);
    }
    return fingerprint;
  }

  /** Whether every component is zero (of either sign): such a fingerprint has no direction. */
  public static boolean isZero(float[] fingerprint) {
    return magnitudeBits(fingerprint) == 0;
  }

  /**
   * The dot product, summed in double from the first component to the last.
   *
   * @throws IllegalArgumentException when the lengths differ
   */
  public static double dot(float[] a, float[] b) {
    requireDimension(b, a.length);
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += (double) a[k] * b[k];
    }
    return sum;
  }

  /** The squared Euclidean norm, summed in double from the first component to the last. */
  public static double squaredNorm(float[] fingerprint) {
    return dot(fingerprint, fingerprint);
  }

  /**
   * The cosine of the angle between two fingerprints of one dimension.
   *
   * <p>It is {@code dot(a, b) / sqrt(|a|^2 |b|^2)}, clamped to [-1, 1]. A fingerprint compared with
   * itself, or with itself times a power of two, gives exactly 1.
   *
   * @return a value in [-1, 1]; 0 when either fingerprint is zero; NaN when a component is not
   *     finite (see {@link #requireFinite})
   * @throws IllegalArgumentException when the lengths differ
   */
  public static double cosine(float[] a, float[] b) {
    return cosine(dot(a, b), squaredNorm(a), squaredNorm(b));
  }

  /** The cosine from sums already made; a square of a sum has an exact root, two roots have not. */
  static double cosine(double dot, double squaredNormA, double squaredNormB) {
    double norms = Math.sqrt(squaredNormA * squaredNormB);
    return norms == 0 ? 0 : Math.clamp(dot / norms, -1.0, 1.0);
  }

  /**
   * The bits of the largest magnitude, 0 for a zero fingerprint, as {@link #requireFinite} checks.
   */
  static int finiteMagnitudeBits(float[] fingerprint) {
    int largest = magnitudeBits(fingerprint);
    if (largest >= INFINITY_BITS) {
      throw new IllegalArgumentException(firstFault(fingerprint));
    }
    return largest;
  }

  /** The bits of magnitudes order as the magnitudes do, and no NaN gets lost in their maximum. */
  private static int magnitudeBits(float[] fingerprint) {
    int largest = 0;
    for (float component : fingerprint) {
      largest = Math.max(largest, Float.floatToRawIntBits(component) & 0x7fff_ffff);
    }
    return largest;
  }

  private static String firstFault(float[] fingerprint) {
    int k = 0;
    while (Float.isFinite(fingerprint[k])) {
      k++;
    }
    return "expected finite components, got " + fingerprint[k] + " at index " + k;
  }
}
