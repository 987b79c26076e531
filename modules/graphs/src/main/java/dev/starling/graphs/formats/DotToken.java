/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.util.Locale;

/**
 * A token of DOT.
 *
 * @param text what it stands for; of a quoted one, what is between the quotes, with its escapes
 * @param line where it begins
 * @param column where it begins
 */
record DotToken(Type type, String text, int line, int column) implements Locator {
  /** What sorts of tokens there are. */
  enum Type {
    /** A name or a number without quotes. */
    PLAIN,
    QUOTED,
    /** Text between angle brackets. */
    HTML,
    /** One of <code>{ } [ ] ; , = : -- -&gt;</code>. */
    MARK,
    END
  }

  boolean isMark(String mark) {
    return type == Type.MARK && text.equals(mark);
  }

  /** Keywords are no names unless they are quoted, and their case does not matter. */
  boolean isKeyword(String keyword) {
    return type == Type.PLAIN && text.toLowerCase(Locale.ROOT).equals(keyword);
  }

  boolean isName() {
    return type == Type.PLAIN || type == Type.QUOTED || type == Type.HTML;
  }

  boolean isEdgeMark() {
    return isMark("--") || isMark("->");
  }

  /** How an error shows it. */
  String shown() {
    return type == Type.END ? "the end of the document" : FormatException.quoted(text);
  }
}
