/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import static dev.starling.graphs.formats.FormatException.quoted;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of a table (RFC 4180, section 2), without the empty ones. Between fields is a comma, a
 * semicolon or a tab: whichever the first row has most of outside quotes.
 */
final class CsvRows implements Locator {
  private static final String DELIMITERS = ",;\t";
  private static final int MOST_FIELDS = 1000;
  private static final int LONGEST_FIELD = 1 << 16;

  private final CharInput in;
  private final char delimiter;
  private final StringBuilder field = new StringBuilder();
  private final List<String> row = new ArrayList<>();
  private int line;

  CsvRows(CharInput in) throws IOException {
    this.in = in;
    this.delimiter = commonest(in.ahead());
  }

  /** Of the row that was read last, where it begins. */
  @Override
  public int line() {
    return line;
  }

  @Override
  public int column() {
    return 0;
  }

  /** The next row's fields, in a list that is used again; empty behind the last row. */
  List<String> next() throws IOException {
    row.clear();
    while (in.peek() == '\n') {
      in.next();
    }
    line = in.line();
    if (in.peek() != CharInput.END) {
      readField();
      while (in.peek() == delimiter) {
        in.next();
        readField();
      }
      in.next();
    }
    return row;
  }

  private void readField() throws IOException {
    if (row.size() == MOST_FIELDS) {
      throw new FormatException(
          in, "CSV: expected at most " + MOST_FIELDS + " fields in a row", "more", "remove some");
    }
    field.setLength(0);
    if (in.peek() == '"') {
      readQuoted();
    } else {
      readPlain();
    }
    row.add(field.toString());
  }

  private void readPlain() throws IOException {
    for (int c = in.peek(); !isFieldEnd(c); c = in.peek()) {
      if (c == '"') {
        throw new FormatException(
            in,
            "CSV: expected quotes around a whole field",
            "a quote behind " + quoted(field.toString()),
            "put the field in quotes, and double those inside it");
      }
      append(in.next());
    }
  }

  private void readQuoted() throws IOException {
    Locator start = in.here();
    in.next();
    while (true) {
      int c = in.next();
      if (c == CharInput.END) {
        throw new FormatException(
            start, "CSV: expected a closing quote", "none", "close the quote of this field");
      }
      if (c != '"') {
        append(c);
      } else if (in.peek() == '"') {
        append(in.next());
      } else {
        break;
      }
    }
    if (!isFieldEnd(in.peek())) {
      throw new FormatException(
          in,
          "CSV: expected the end of the field behind its closing quote",
          quoted(Character.toString(in.peek())),
          "double the quotes that are inside a field");
    }
  }

  private void append(int c) throws FormatException {
    if (field.length() == LONGEST_FIELD) {
      throw new FormatException(
          in,
          "CSV: expected at most " + LONGEST_FIELD + " characters in a field",
          "more",
          "shorten it; a quote may be missing");
    }
    field.append((char) c);
  }

  private boolean isFieldEnd(int c) {
    return c == delimiter || c == '\n' || c == CharInput.END;
  }

  private static char commonest(String text) {
    int[] counts = new int[DELIMITERS.length()];
    boolean isQuoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        isQuoted = !isQuoted;
      } else if (!isQuoted && isRowEnd(c, counts)) {
        break;
      } else if (!isQuoted && DELIMITERS.indexOf(c) >= 0) {
        counts[DELIMITERS.indexOf(c)]++;
      }
    }
    int most = Arrays.stream(counts).max().orElseThrow();
    return DELIMITERS.charAt(most == counts[0] ? 0 : most == counts[1] ? 1 : 2);
  }

  /** Empty rows before the first one do not end it. */
  private static boolean isRowEnd(char c, int[] counts) {
    return (c == '\n' || c == '\r') && counts[0] + counts[1] + counts[2] > 0;
  }
}
