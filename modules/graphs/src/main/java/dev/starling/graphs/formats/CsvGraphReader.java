/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Reads a table of edges: source, target and perhaps weight, in these columns, or in those that a
 * first row with the names {@code source} and {@code target} says, whatever their case; others are
 * passed over. A row with an empty target and no weight is a node without edges. Nodes need no
 * other listing. Keys are taken as they are, with their blanks.
 */
final class CsvGraphReader implements GraphReader {
  private static final int NO_COLUMN = -1;

  @Override
  public GraphDocument read(InputStream in, ReadOptions options) throws IOException {
    CsvRows rows = new CsvRows(new CharInput(in, options.mostBytes()));
    DocumentBuilder document = new DocumentBuilder(options);
    List<String> first = rows.next();
    if (first.isEmpty()) {
      throw new FormatException(
          rows,
          "CSV: expected a row of names, such as source,target,weight, or an edge",
          "nothing",
          "send the row of names alone where there are no edges");
    }
    Columns columns = Columns.of(first, rows);
    if (!columns.isNamed()) {
      readRow(first, columns, document, rows);
    }
    for (List<String> row = rows.next(); !row.isEmpty(); row = rows.next()) {
      readRow(row, columns, document, rows);
    }
    return document.build();
  }

  private static void readRow(
      List<String> row, Columns columns, DocumentBuilder document, Locator at)
      throws FormatException {
    requireWidth(row, columns, at);
    String source = row.get(columns.source());
    String target = row.get(columns.target());
    String weight = columns.weight() < row.size() ? weightOf(row, columns) : "";
    int end = document.listed(source, at);
    if (!target.isEmpty() || !weight.isEmpty()) {
      float value = weight.isEmpty() ? 1 : FieldRules.weight(weight, at);
      document.edge(end, document.listed(target, at), value, at);
    }
  }

  private static String weightOf(List<String> row, Columns columns) {
    return columns.weight() == NO_COLUMN ? "" : row.get(columns.weight()).strip();
  }

  private static void requireWidth(List<String> row, Columns columns, Locator at)
      throws FormatException {
    if (row.size() <= Math.max(columns.source(), columns.target())) {
      throw new FormatException(
          at,
          "CSV: expected a source and a target in each row",
          fields(row),
          "put a comma, a semicolon or a tab between them, the same in all rows; "
              + "a node alone has an empty target, as in key,");
    }
    if (row.size() > columns.width()) {
      throw new FormatException(
          at,
          "CSV: expected at most " + columns.width() + " fields in this row",
          fields(row),
          "name the columns in a first row, such as source,target,weight");
    }
  }

  private static String fields(List<String> row) {
    return row.size() == 1 ? "1 field" : row.size() + " fields";
  }

  /**
   * Which field is which.
   *
   * @param width most fields of a row
   */
  private record Columns(int source, int target, int weight, int width, boolean isNamed) {
    private static final Columns USUAL = new Columns(0, 1, 2, 3, false);

    static Columns of(List<String> first, Locator at) throws FormatException {
      int source = find(first, "source");
      int target = find(first, "target");
      for (String name : List.of("source", "target", "weight")) {
        if (first.stream().filter(field -> field.strip().equalsIgnoreCase(name)).count() > 1) {
          throw new FormatException(
              at, "CSV: expected one column " + name, "several", "name the others otherwise");
        }
      }
      return source == NO_COLUMN || target == NO_COLUMN
          ? USUAL
          : new Columns(source, target, find(first, "weight"), first.size(), true);
    }

    private static int find(List<String> row, String name) {
      for (int i = 0; i < row.size(); i++) {
        if (row.get(i).strip().equalsIgnoreCase(name)) {
          return i;
        }
      }
      return NO_COLUMN;
    }
  }
}
