/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

/** The escapes in DOT's quoted texts. */
final class DotText {
  private DotText() {}

  /** A name: only quotes and backslashes are escaped. */
  static String name(String quoted) {
    StringBuilder text = new StringBuilder(quoted.length());
    for (int i = 0; i < quoted.length(); i++) {
      if (isEscape(quoted, i) && "\"\\".indexOf(quoted.charAt(i + 1)) >= 0) {
        i++;
      }
      text.append(quoted.charAt(i));
    }
    return text.toString();
  }

  /**
   * A label: ends of lines are escaped, too.
   *
   * @param key of its node, for which {@code \N} stands
   */
  static String label(String quoted, String key) {
    StringBuilder text = new StringBuilder(quoted.length());
    for (int i = 0; i < quoted.length(); i++) {
      if (isEscape(quoted, i)) {
        i++;
        appendEscaped(quoted.charAt(i), key, text);
      } else {
        text.append(quoted.charAt(i));
      }
    }
    return text.toString();
  }

  private static boolean isEscape(String text, int at) {
    return text.charAt(at) == '\\' && at + 1 < text.length();
  }

  private static void appendEscaped(char c, String key, StringBuilder text) {
    switch (c) {
      case '"', '\\' -> text.append(c);
      case 'n', 'l', 'r' -> text.append('\n');
      case 'N' -> text.append(key);
      default -> text.append('\\').append(c);
    }
  }

  /** A text in quotes, with what escapes it needs. */
  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
