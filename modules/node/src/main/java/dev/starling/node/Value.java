/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A setting as it was written, and where that was. */
sealed interface Value {
  /** Where it was written: a file and line, a variable, an option, or {@code default}. */
  String origin();

  /** The value as YAML on one line. */
  String display();

  /** A single value. */
  record Text(String text, String origin) implements Value {
    @Override
    public String display() {
      boolean plain = text.matches("[A-Za-z0-9/][A-Za-z0-9._/+-]*");
      return plain ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
  }

  /** A list of values. */
  record Items(List<String> items, String origin) implements Value {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public String display() {
      return items.stream()
          .map(item -> new Text(item, origin).display())
          .collect(Collectors.joining(", ", "[", "]"));
    }
  }

  /** Values under names that are free to choose. */
  record Entries(Map<String, Text> entries, String origin) implements Value {
    /** These entries with {@code later} added, which win over those of the same name. */
    Entries with(Entries later) {
      var merged = new LinkedHashMap<>(entries);
      merged.putAll(later.entries);
      return new Entries(merged, entries.isEmpty() ? later.origin : origin + ", " + later.origin);
    }

    @Override
    public String display() {
      return entries.entrySet().stream()
          .map(entry -> entry.getKey() + ": " + entry.getValue().display())
          .collect(Collectors.joining(", ", "{", "}"));
    }
  }
}
