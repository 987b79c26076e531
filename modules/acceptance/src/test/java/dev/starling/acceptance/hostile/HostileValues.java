/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance.hostile;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * JSON values, and what only looks like one, that no reader should trip over. None of them is a
 * plain number that a setting of the router takes, since that would change what bystanders get.
 */
final class HostileValues {
  private static final List<String> FIXED =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-0",
          "-0.0",
          "1e400",
          "-1e400",
          "1E-400",
          "4.9e-324",
          "1.7976931348623157e308",
          "-1",
          "9223372036854775808",
          "-9223372036854775809",
          "1e99999",
          "NaN",
          "Infinity",
          "-Infinity",
          "+1",
          "01",
          "0x10",
          ".5",
          "5.",
          "1e",
          "--1",
          "1_000",
          "\"\"",
          "\" \"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"\\ud83d\\ude00\"",
          "\"\\uD83D\"",
          "\"\\x41\"",
          "\"\\u12\"",
          "\"\\",
          "\"\u0000\"",
          "\"\t\"",
          "\"\u2028\"",
          "\"\u202e\ufeff\"",
          "\"\ud83d\ude00\ufffd\uffff\"",
          "\"NaN\"",
          "\"null\"",
          "\"-1\"",
          "[]",
          "{}",
          "[[]]",
          "[{}]",
          "[null]",
          "[,]",
          "[1,]",
          "{\"a\":}",
          "{\"a\"}",
          "{,}",
          "{\"__proto__\":{\"admin\":true}}",
          "{\"constructor\":{\"prototype\":{}}}",
          "undefined",
          "'single'",
          "\"${jndi:ldap://localhost/a}\"",
          "\"%s%n%x\"",
          "\"{}{}\"",
          "\"\\r\\nX: y\"",
          "\"../../../etc/passwd\"",
          "\"' OR 1=1 --\"",
          "\"<script>alert(1)</script>\"",
          "/**/1",
          "[1,2,3]",
          "[0,0,0,0]",
          "[1e39]",
          "[1e-46]",
          "[1,\"2\"]",
          "[1,null]",
          "[1,NaN]",
          "[Infinity]",
          "[[1]]",
          "\"AAAA\"",
          "\"AAA\"",
          "\"A=A=\"",
          "\"====\"",
          "\"\u00e9\u00df\"");

  private static final List<String> NAMES =
      List.of(
          "__proto__",
          "constructor",
          "toString",
          "hasOwnProperty",
          "prototype",
          "class",
          "$ref",
          "@type",
          "",
          " ",
          "type ",
          "TYPE",
          "Type",
          "\\u0074ype",
          "id",
          "ID",
          "a.b",
          "0",
          "-1",
          "\\u0000",
          "\\ud800",
          "details",
          "error",
          "code",
          "source_agent",
          "null");

  private static final int LONGEST_DIGITS = 2_000;
  private static final int DEEPEST = 6_000;

  private final RandomGenerator random;

  HostileValues(RandomGenerator random) {
    this.random = random;
  }

  <T> T pick(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  boolean once(int in) {
    return random.nextInt(in) == 0;
  }

  /** The name of a member, to stand between quotes. */
  String name() {
    return once(20) ? repeated("n", 60_000) : pick(NAMES);
  }

  String value() {
    return switch (random.nextInt(20)) {
      case 0 -> nested();
      case 1 -> digits();
      case 2 -> "\"" + text() + "\"";
      case 3 -> list();
      case 4 -> "{\"" + name() + "\":" + pick(FIXED) + "}";
      default -> pick(FIXED);
    };
  }

  /** Below, at and far beyond how deep a reader goes; sometimes never closed. */
  private String nested() {
    int depth =
        once(8) ? random.nextInt(DEEPEST) : once(3) ? 990 + random.nextInt(20) : random.nextInt(60);
    boolean isObject = random.nextBoolean();
    String open = (isObject ? "{\"a\":" : "[").repeat(depth);
    String close = (isObject ? "}" : "]").repeat(depth);
    return open + (isObject ? "1" : "") + (once(6) ? "" : close);
  }

  private String digits() {
    String many = repeated("7", LONGEST_DIGITS);
    return switch (random.nextInt(4)) {
      case 0 -> many;
      case 1 -> "-" + many;
      case 2 -> "0." + many;
      default -> "1e" + many;
    };
  }

  private String text() {
    String piece =
        pick(List.of("x", "\\u0000", "\\ud800", "\ud83d\ude00", "\\\"", "\u00e9", "A=", "/"));
    return repeated(piece, once(6) ? 9_000 : 300);
  }

  private String list() {
    StringBuilder list = new StringBuilder("[");
    int length = once(8) ? random.nextInt(5_000) : random.nextInt(20);
    String one = pick(List.of("1", "0.5", "null", "\"a\"", "[]", "1e300", "\"positions\""));
    for (int i = 0; i < length; i++) {
      list.append(i == 0 ? "" : ",").append(one);
    }
    return list.append("]").toString();
  }

  private String repeated(String piece, int most) {
    return piece.repeat(1 + random.nextInt(most));
  }
}
