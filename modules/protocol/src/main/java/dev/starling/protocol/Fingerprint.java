/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol;

import java.util.Arrays;

/**
 * What an agent or an outcome is about: a vector in a named space. Only fingerprints of one space
 * are compared.
 *
 * @param space the space's name; by default the number of dimensions in digits
 * @param values {@code float[d]}, 1 ≤ d ≤ 4096, every value finite; not copied and never changed
 *     after construction, so that it can pass between threads by reference
 */
public record Fingerprint(String space, float[] values) {

  /** Most dimensions that a fingerprint may have. */
  public static final int MAX_DIMENSION = 4096;

  public Fingerprint {
    if (values.length == 0 || values.length > MAX_DIMENSION) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_FINGERPRINT,
          "fingerprint",
          "1 to " + MAX_DIMENSION + " numbers",
          values.length + " numbers");
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw RefusalException.ofField(
            ErrorCode.INVALID_FINGERPRINT,
            "fingerprint",
            "finite numbers within the range of a 32-bit float",
            Float.toString(value));
      }
    }
  }

  /** A fingerprint in the default space of its dimension. */
  public static Fingerprint of(float... values) {
    return new Fingerprint(Integer.toString(values.length), values);
  }

  /** How many numbers it has. */
  public int dimension() {
    return values.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Fingerprint(String theirSpace, float[] theirs)
        && space.equals(theirSpace)
        && Arrays.equals(values, theirs);
  }

  @Override
  public int hashCode() {
    return 31 * space.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Fingerprint[" + space + ", " + values.length + " dimensions]";
  }
}
