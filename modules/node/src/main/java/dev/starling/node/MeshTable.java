/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lays out the answer of {@code GET /api/mesh} for a terminal. */
final class MeshTable {
  private static final List<String> HEAD =
      List.of("NAME", "NODE", "ADDRESS", "VERSION", "UP", "ROLES", "AGENTS", "SESSIONS");
  private static final int FIRST_NUMBER = HEAD.indexOf("AGENTS");

  /** What stands where a figure cannot be measured now. */
  private static final String UNKNOWN = "-";

  private MeshTable() {}

  /** The table of {@code mesh}, as seen at {@code now} (ms since 1970). */
  static String of(JsonObject mesh, long now) {
    List<JsonObject> nodes =
        mesh.getJsonArray("nodes", new JsonArray()).stream().map(JsonObject.class::cast).toList();
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    nodes.forEach(node -> rows.add(row(node, now)));
    String title =
        "mesh %s, %s, answered by %s%n%n"
            .formatted(
                text(mesh.getString("mesh")),
                nodes.size() == 1 ? "1 node" : nodes.size() + " nodes",
                answering(mesh.getString("node"), nodes));
    return title + lines(rows) + "%n".formatted() + totals(mesh.getJsonObject("totals"));
  }

  private static List<String> row(JsonObject node, long now) {
    Number started = node.getNumber("startedAt");
    return List.of(
        text(node.getString("name")),
        shortId(node.getString("id")),
        text(node.getString("host")) + ":" + count(node.getNumber("httpPort")),
        text(node.getString("version")),
        started == null ? UNKNOWN : uptime(Duration.ofMillis(now - started.longValue())),
        roles(node.getJsonArray("roles", new JsonArray())),
        count(node.getNumber("agents")),
        count(node.getNumber("sessions")));
  }

  private static String roles(JsonArray roles) {
    return roles.stream()
        .map(JsonObject.class::cast)
        .map(role -> text(role.getString("role")) + " " + text(role.getString("state")))
        .collect(Collectors.joining(", "));
  }

  private static String answering(@Nullable String id, List<JsonObject> nodes) {
    return nodes.stream()
        .filter(node -> id != null && id.equals(node.getString("id")))
        .map(node -> text(node.getString("name")))
        .findFirst()
        .orElse(shortId(id));
  }

  private static String lines(List<List<String>> rows) {
    int[] widths = new int[HEAD.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var lines = new StringBuilder();
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        line.append(i < FIRST_NUMBER ? row.get(i) + padding : padding + row.get(i)).append("  ");
      }
      lines.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return lines.toString();
  }

  private static String totals(@Nullable JsonObject totals) {
    JsonObject all = totals == null ? new JsonObject() : totals;
    return "agents %s   outcomes %s   deliveries %s   pairs %s of %s activated"
        .formatted(
            count(all.getNumber("agents")),
            count(all.getNumber("outcomes")),
            count(all.getNumber("deliveries")),
            count(all.getNumber("pairsActivated")),
            count(all.getNumber("pairsPossible")));
  }

  private static String uptime(Duration up) {
    if (up.isNegative()) {
      return UNKNOWN;
    }
    if (up.toMinutes() == 0) {
      return up.toSeconds() + "s";
    }
    if (up.toHours() == 0) {
      return "%dm %ds".formatted(up.toMinutes(), up.toSecondsPart());
    }
    return up.toDays() == 0
        ? "%dh %dm".formatted(up.toHours(), up.toMinutesPart())
        : "%dd %dh".formatted(up.toDays(), up.toHoursPart());
  }

  private static String count(@Nullable Number number) {
    return number == null ? UNKNOWN : String.format(Locale.ROOT, "%d", number.longValue());
  }

  private static String shortId(@Nullable String id) {
    return id == null ? UNKNOWN : id.substring(0, Math.min(8, id.length()));
  }

  private static String text(@Nullable String text) {
    return text == null || text.isEmpty() ? UNKNOWN : text;
  }
}
