/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A refusal's text and details as the one string that the bus carries with a failure: the text, and
 * behind it each detail's name and value, set apart by a control character. A letter before the
 * value tells text from whole and other numbers, and from flags.
 */
final class RefusalText {
  private static final char SEPARATOR = '\u001f';
  private static final char TEXT = 't';
  private static final char WHOLE = 'w';
  private static final char NUMBER = 'n';
  private static final char FLAG = 'b';
  private static final String SPLIT = String.valueOf(SEPARATOR);

  private RefusalText() {}

  static String of(RefusalException refusal) {
    StringBuilder text = new StringBuilder(clean(refusal.text()));
    refusal
        .details()
        .forEach((name, value) ->
            text.append(SEPARATOR)
                .append(clean(name))
                .append(SEPARATOR)
                .append(kind(value))
                .append(clean(String.valueOf(value))));
    return text.toString();
  }

  private static char kind(Object value) {
    return switch (value) {
      case Integer _, Long _ -> WHOLE;
      case Number _ -> NUMBER;
      case Boolean _ -> FLAG;
      default -> TEXT;
    };
  }

  /** The refusal in a string; what among its details is none of these comes as text. */
  static RefusalException parse(ErrorCode code, String text) {
    String[] parts = text.split(SPLIT, -1);
    Map<String, Object> details = new LinkedHashMap<>();
    for (int i = 1; i + 1 < parts.length; i += 2) {
      details.put(parts[i], value(parts[i + 1]));
    }
    return new RefusalException(code, parts[0], details);
  }

  private static Object value(String encoded) {
    String rest = encoded.isEmpty() ? "" : encoded.substring(1);
    return switch (encoded.isEmpty() ? TEXT : encoded.charAt(0)) {
      case WHOLE -> Long.valueOf(rest);
      case NUMBER -> Double.valueOf(rest);
      case FLAG -> Boolean.valueOf(rest);
      default -> rest;
    };
  }

  private static String clean(String text) {
    return text.replace(SEPARATOR, ' ');
  }
}
