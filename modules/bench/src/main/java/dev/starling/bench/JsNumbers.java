/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Prints doubles as JavaScript does. */
final class JsNumbers {
  private static final double PLAIN_FROM = 1e-6;
  private static final double PLAIN_BELOW = 1e21;

  private JsNumbers() {}

  /**
   * ECMAScript's {@code Number::toString(x)} for radix 10; {@code value} is finite, not subnormal.
   */
  static String print(double value) {
    if (value == 0) {
      return "0";
    }
    // Since JDK 19 Double.toString finds the same shortest digits; only the notation differs.
    BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    double magnitude = Math.abs(value);
    if (magnitude >= PLAIN_FROM && magnitude < PLAIN_BELOW) {
      return digits.toPlainString();
    }
    return exponential(digits);
  }

  /** At most six decimals, no trailing zeros. */
  static String printSixDecimals(double value) {
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(6, RoundingMode.HALF_EVEN);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  private static String exponential(BigDecimal digits) {
    String unscaled = digits.unscaledValue().abs().toString();
    int exponent = unscaled.length() - 1 - digits.scale();
    String fraction = unscaled.length() > 1 ? "." + unscaled.substring(1) : "";
    return (digits.signum() < 0 ? "-" : "")
        + unscaled.charAt(0)
        + fraction
        + (exponent < 0 ? "e-" : "e+")
        + Math.abs(exponent);
  }
}
