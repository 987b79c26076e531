/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.io.IOException;

/**
 * A document is not what its format or the graph takes. The message names the place, what was
 * expected, what came and what to do. It is safe to show: what came is cut, and has no control
 * characters.
 */
public final class FormatException extends IOException {
  private static final long serialVersionUID = 1;
  private static final int LONGEST_SHOWN = 80;

  private final int line;
  private final int column;

  /**
   * At the place of a locator.
   *
   * @param expected with the name of what it is about, such as "weight: a number"
   */
  FormatException(Locator at, String expected, String came, String remedy) {
    this(at.line(), at.column(), expected, came, remedy);
  }

  FormatException(int line, int column, String expected, String came, String remedy) {
    super(place(line, column) + expected + ", got " + shown(came) + ": " + remedy);
    this.line = line;
    this.column = column;
  }

  /** A text that came, in quotes. */
  static String quoted(String came) {
    return came.length() > LONGEST_SHOWN
        ? '"' + came.substring(0, LONGEST_SHOWN) + "…\" of " + came.length() + " characters"
        : '"' + came + '"';
  }

  /** The message, never null. */
  public String text() {
    return String.valueOf(getMessage());
  }

  /** From 1; 0 where the trouble is in no one place. */
  public int line() {
    return line;
  }

  /** From 1, in UTF-16 units; 0 where it is not known. */
  public int column() {
    return column;
  }

  private static String place(int line, int column) {
    if (line <= 0) {
      return "";
    }
    return "line " + line + (column <= 0 ? ": " : ", column " + column + ": ");
  }

  private static String shown(String came) {
    StringBuilder shown = new StringBuilder();
    came.codePoints()
        .limit(3 * LONGEST_SHOWN)
        .forEach(c -> shown.appendCodePoint(isShowable(c) ? c : '\uFFFD'));
    return shown.toString();
  }

  private static boolean isShowable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.SURROGATE, Character.FORMAT -> false;
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
      default -> true;
    };
  }
}
