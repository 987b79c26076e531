/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.io.IOException;
import java.io.InputStream;

/**
 * The characters of a document, one by one, with their places. A line ends with CR, LF or both, and
 * comes as one {@code '\n'}. One thread at a time.
 */
final class CharInput implements Locator {
  static final int END = -1;

  private final Utf8Text text;
  private final char[] buffer = new char[1 << 14];
  private int at;
  private int filled;
  private int line = 1;
  private int column = 1;

  CharInput(InputStream in, long mostBytes) {
    text = new Utf8Text(in, mostBytes);
  }

  @Override
  public int line() {
    return line;
  }

  @Override
  public int column() {
    return column;
  }

  /** The place that is next, for an error that is found later. */
  Locator here() {
    return new Mark(line, column);
  }

  /** A place that stays. */
  private record Mark(int line, int column) implements Locator {}

  /** The next character, which stays next; {@link #END} behind the last. */
  int peek() throws IOException {
    if (at == filled) {
      fill();
      if (filled == 0) {
        return END;
      }
    }
    return buffer[at] == '\r' ? '\n' : buffer[at];
  }

  /** The next character; {@link #END} behind the last. */
  int next() throws IOException {
    int c = peek();
    if (c == END) {
      return END;
    }
    boolean isReturn = buffer[at++] == '\r';
    if (c != '\n') {
      column++;
      return c;
    }
    if (isReturn && peek() != END && buffer[at] == '\n') {
      at++;
    }
    line++;
    column = 1;
    return c;
  }

  /** What comes next, up to 16 384 characters of it, which stay next. */
  String ahead() throws IOException {
    if (at == filled) {
      fill();
    }
    return new String(buffer, at, filled - at);
  }

  private void fill() throws IOException {
    at = 0;
    filled = 0;
    for (int count = 0; count >= 0 && filled < buffer.length; filled += Math.max(0, count)) {
      text.renew();
      count = text.read(buffer, filled, buffer.length - filled);
    }
  }
}
