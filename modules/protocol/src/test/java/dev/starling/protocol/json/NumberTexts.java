/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.json;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Random;

/** Random JSON numbers of many shapes, all within the range of a float. */
final class NumberTexts {
  private static final RoundingMode[] SIDES = {RoundingMode.FLOOR, RoundingMode.CEILING};

  private final Random random;

  NumberTexts(Random random) {
    this.random = random;
  }

  String next() {
    while (true) {
      String text = any();
      if (Float.isFinite((float) Double.parseDouble(text))) {
        return text;
      }
    }
  }

  private String any() {
    return switch (random.nextInt(10)) {
      case 0 -> javaScript(random.nextDouble() - 0.5);
      case 1 -> javaScript(random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30));
      case 2 -> Float.toString(finiteFloat());
      case 3 -> BigDecimal.valueOf(random.nextInt(2_000_000) - 1_000_000, 6).toPlainString();
      case 4 -> grammar();
      case 5, 6 -> boundary();
      case 7 -> new BigDecimal(Float.intBitsToFloat(random.nextInt(1 << 23))).toString();
      case 8 -> digits(1 + random.nextInt(38));
      default -> zero();
    };
  }

  /** What {@code Number.prototype.toString} of ECMA-262 gives. */
  private static String javaScript(double value) {
    double size = Math.abs(value);
    BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (size >= 1e-6 && size < 1e21) {
      return shortest.toPlainString();
    }
    String digits = shortest.unscaledValue().abs().toString();
    int power = digits.length() - 1 - shortest.scale();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    String sign = value < 0 ? "-" : "";
    return sign + digits.charAt(0) + fraction + "e" + (power < 0 ? "" : "+") + power;
  }

  /** A point halfway between two floats, or as close to one as so many digits come. */
  private String boundary() {
    float below = finiteFloat();
    float above = Math.nextUp(below);
    if (!Float.isFinite(above)) {
      return "1";
    }
    BigDecimal half =
        new BigDecimal(below).add(new BigDecimal(above)).divide(BigDecimal.valueOf(2));
    BigDecimal point =
        switch (random.nextInt(4)) {
          case 0 -> half;
          case 1 -> half.add(half.ulp().scaleByPowerOfTen(-random.nextInt(30)));
          case 2 -> half.subtract(half.ulp().scaleByPowerOfTen(-random.nextInt(30)));
          default -> half.round(new MathContext(8 + random.nextInt(14), SIDES[random.nextInt(2)]));
        };
    return random.nextBoolean() ? point.toPlainString() : point.toString();
  }

  /** Whatever the grammar allows, with exponents that bring it into range as a rule. */
  private String grammar() {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
    int whole = 1 + random.nextInt(22);
    text.append(random.nextInt(4) == 0 ? "0" : digits(whole));
    if (random.nextInt(4) != 0) {
      text.append('.').append("0".repeat(random.nextInt(3) * random.nextInt(12)));
      text.append(random.nextLong(1, Long.MAX_VALUE));
    }
    if (random.nextInt(3) != 0) {
      text.append(random.nextBoolean() ? 'e' : 'E');
      int power = random.nextInt(70) - 50;
      text.append(power >= 0 && random.nextBoolean() ? "+" : "");
      text.append(power < 0 ? "-" : "").append("0".repeat(random.nextInt(3)));
      text.append(Math.abs(power));
    }
    return text.toString();
  }

  private String zero() {
    String[] zeros = {"0", "-0", "0.0", "-0.000", "0e5", "-0E-7", "0.00e+99", "1e-60", "-1e-60"};
    return zeros[random.nextInt(zeros.length)];
  }

  private String digits(int count) {
    StringBuilder text = new StringBuilder();
    text.append((char) ('1' + random.nextInt(9)));
    while (text.length() < count) {
      text.append((char) ('0' + random.nextInt(10)));
    }
    return text.toString();
  }

  private float finiteFloat() {
    float value = Float.NaN;
    while (!Float.isFinite(value)) {
      value =
          random.nextBoolean()
              ? Float.intBitsToFloat(random.nextInt())
              : (random.nextFloat() - 0.5f) * 4;
    }
    return value;
  }
}
