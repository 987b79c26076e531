/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import static dev.starling.graphs.formats.FormatException.quoted;

import java.io.IOException;

/** Cuts DOT into tokens (graphviz.org, "DOT Language"), without comments. One thread at a time. */
final class DotLexer {
  private static final int LONGEST_TOKEN = 1 << 16;

  private final CharInput in;
  private final StringBuilder text = new StringBuilder();
  private int line;
  private int column;

  DotLexer(CharInput in) {
    this.in = in;
  }

  /** The next token; one of the type END behind the last. */
  DotToken next() throws IOException {
    skipBlanks();
    begin();
    int c = in.peek();
    if (c == CharInput.END) {
      return token(DotToken.Type.END);
    }
    if (c == '"') {
      return quotedParts();
    }
    if (c == '<') {
      return html();
    }
    if (isNameStart(c)) {
      return plain();
    }
    return isDigitOrPoint(c) ? number() : mark();
  }

  private void begin() {
    text.setLength(0);
    line = in.line();
    column = in.column();
  }

  private DotToken token(DotToken.Type type) {
    return new DotToken(type, text.toString(), line, column);
  }

  private void take() throws IOException {
    if (text.length() == LONGEST_TOKEN) {
      throw error(
          "DOT: expected at most " + LONGEST_TOKEN + " characters in a name",
          "more",
          "shorten it; a quote may be missing");
    }
    text.append((char) in.next());
  }

  private DotToken plain() throws IOException {
    while (isNameStart(in.peek()) || isDigit(in.peek())) {
      take();
    }
    return token(DotToken.Type.PLAIN);
  }

  private DotToken number() throws IOException {
    while (isDigitOrPoint(in.peek())) {
      take();
    }
    return token(DotToken.Type.PLAIN);
  }

  private DotToken mark() throws IOException {
    int c = in.peek();
    take();
    if (c == '-') {
      return behindMinus();
    }
    if ("{}[];,=:".indexOf(c) < 0) {
      throw error(
          "DOT: expected a name, a number or one of { } [ ] ; , = : -- ->",
          quoted(text.toString()),
          "put names with other characters in quotes");
    }
    return token(DotToken.Type.MARK);
  }

  private DotToken behindMinus() throws IOException {
    int c = in.peek();
    if (c == '-' || c == '>') {
      take();
      return token(DotToken.Type.MARK);
    }
    if (isDigitOrPoint(c)) {
      return number();
    }
    throw error("DOT: expected -- or ->", quoted("-"), "put names with a minus in quotes");
  }

  /** Quoted texts with a plus between them are one. */
  private DotToken quotedParts() throws IOException {
    readQuoted();
    skipBlanks();
    while (in.peek() == '+') {
      in.next();
      skipBlanks();
      if (in.peek() != '"') {
        throw error("DOT: expected a quoted text behind +", "something else", "quote it");
      }
      readQuoted();
      skipBlanks();
    }
    return token(DotToken.Type.QUOTED);
  }

  private void readQuoted() throws IOException {
    in.next();
    while (in.peek() != '"') {
      boolean isEscape = in.peek() == '\\';
      requireMore("a closing quote");
      take();
      if (isEscape) {
        requireMore("a closing quote");
        takeEscaped();
      }
    }
    in.next();
  }

  /** A backslash at the end of a line joins it with the next one. */
  private void takeEscaped() throws IOException {
    if (in.peek() == '\n') {
      in.next();
      text.setLength(text.length() - 1);
    } else {
      take();
    }
  }

  private DotToken html() throws IOException {
    in.next();
    for (int depth = 1; depth > 0; ) {
      requireMore("a closing >");
      depth += in.peek() == '<' ? 1 : in.peek() == '>' ? -1 : 0;
      if (depth > 0) {
        take();
      }
    }
    in.next();
    return token(DotToken.Type.HTML);
  }

  private void requireMore(String expected) throws IOException {
    if (in.peek() == CharInput.END) {
      throw error("DOT: expected " + expected, "the end of the document", "close what begins here");
    }
  }

  private void skipBlanks() throws IOException {
    while (true) {
      int c = in.peek();
      if (c == '#' && in.column() == 1) {
        skipLine();
      } else if (c == '/') {
        skipComment();
      } else if (c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\u000B') {
        in.next();
      } else {
        return;
      }
    }
  }

  private void skipComment() throws IOException {
    Locator start = in.here();
    in.next();
    switch (in.next()) {
      case '/' -> skipLine();
      case '*' -> skipBlock(start);
      default ->
          throw new FormatException(
              start,
              "DOT: expected // or /* for a comment",
              quoted("/"),
              "quote names with a slash");
    }
  }

  private void skipLine() throws IOException {
    while (in.peek() != '\n' && in.peek() != CharInput.END) {
      in.next();
    }
  }

  private void skipBlock(Locator start) throws IOException {
    int before = 0;
    for (int c = in.next(); before != '*' || c != '/'; c = in.next()) {
      if (c == CharInput.END) {
        throw new FormatException(
            start, "DOT: expected the end of a comment", "the end of the document", "close it");
      }
      before = c;
    }
  }

  private FormatException error(String expected, String came, String remedy) {
    return new FormatException(line, column, expected, came, remedy);
  }

  private static boolean isNameStart(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isDigitOrPoint(int c) {
    return isDigit(c) || c == '.';
  }
}
