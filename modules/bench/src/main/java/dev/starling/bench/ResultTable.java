/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Results as one markdown table: a row per measure, a column per system, and ratios to the last
 * system.
 */
public final class ResultTable {
  private static final String NONE = "–";

  private ResultTable() {}

  /**
   * Renders; {@code subject} is the system that is set against each of the others. A ratio is
   * always subject divided by other; ↑ in a row's name says that more is better, ↓ that less is.
   */
  public static String render(Results results, String subject) {
    List<String> systems = results.systems();
    List<String> peers =
        systems.contains(subject)
            ? systems.stream().filter(system -> !system.equals(subject)).toList()
            : List.of();
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("measure", "unit"));
    head.addAll(systems);
    peers.forEach(peer -> head.add(subject + " ÷ " + peer));
    boolean claims = results.rows().stream().anyMatch(row -> !row.claim().isEmpty());
    if (claims) {
      head.add("reference claims");
    }
    rows.add(head);
    for (Row measure : results.rows()) {
      boolean empty = systems.stream().allMatch(s -> results.rounds(s, measure).isEmpty());
      if (!empty) {
        List<String> row = row(results, measure, systems, peers, subject);
        if (claims) {
          row.add(measure.claim());
        }
        rows.add(row);
      }
    }
    StringBuilder text = new StringBuilder(aligned(rows));
    results.notes().forEach(note -> text.append("\n- ").append(note));
    return text.append('\n').toString();
  }

  private static List<String> row(
      Results results, Row measure, List<String> systems, List<String> peers, String subject) {
    List<String> row = new ArrayList<>();
    row.add(measure.title() + (measure.better() == Measure.Better.MORE ? " ↑" : " ↓"));
    row.add(measure.unit());
    for (String system : systems) {
      Double value = results.joined(system, measure);
      String remark = results.remark(system, measure);
      row.add(number(value) + (remark.isEmpty() ? "" : " (" + remark + ")"));
    }
    for (String peer : peers) {
      row.add(ratio(results.joined(subject, measure), results.joined(peer, measure)));
    }
    return row;
  }

  /** Three significant digits or all of a whole number; null is a dash. */
  public static String number(@Nullable Double value) {
    if (value == null) {
      return NONE;
    }
    double magnitude = Math.abs(value);
    if (value == Math.rint(value) || magnitude >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value).replace(',', ' ');
    }
    int decimals = magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  static String ratio(@Nullable Double value, @Nullable Double other) {
    if (value == null || other == null || other == 0) {
      return NONE;
    }
    return number(value / other) + "×";
  }

  /** Rows of cells as one markdown table, the first row being its head. */
  public static String aligned(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (int index = 0; index < rows.size(); index++) {
      line(text, rows.get(index), widths);
      if (index == 0) {
        List<String> rule = Arrays.stream(widths).mapToObj(w -> "-".repeat(w - 1) + ":").toList();
        List<String> first = new ArrayList<>(rule);
        first.set(0, "-".repeat(widths[0]));
        line(text, first, widths);
      }
    }
    return text.toString();
  }

  private static void line(StringBuilder text, List<String> cells, int[] widths) {
    for (int column = 0; column < widths.length; column++) {
      String cell = cells.get(column);
      String space = " ".repeat(widths[column] - cell.length());
      text.append(column == 0 ? "| " + cell + space : " | " + space + cell);
    }
    text.append(" |\n");
  }
}
