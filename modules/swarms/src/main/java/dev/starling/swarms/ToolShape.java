/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a tool takes, as far as the server says so.
 *
 * @param isOpen whether the schema names no fields at all: then it may take any
 * @param fields the fields of its argument that the schema names
 * @param choices for a field that takes one of several texts, these
 */
record ToolShape(
    String name, boolean isOpen, Set<String> fields, Map<String, Set<String>> choices) {
  static ToolShape of(Tool tool) {
    Map<String, Object> schema = tool.inputSchema() == null ? Map.of() : tool.inputSchema();
    if (!(schema.get("properties") instanceof Map<?, ?> properties)) {
      return new ToolShape(tool.name(), true, Set.of(), Map.of());
    }
    Set<String> fields = new HashSet<>();
    Map<String, Set<String>> choices = new HashMap<>();
    properties.forEach((field, type) -> {
      fields.add(String.valueOf(field));
      if (type instanceof Map<?, ?> map && map.get("enum") instanceof List<?> values) {
        choices.put(String.valueOf(field), texts(values));
      }
    });
    return new ToolShape(tool.name(), false, Set.copyOf(fields), Map.copyOf(choices));
  }

  boolean takes(String field) {
    return isOpen || fields.contains(field);
  }

  private static Set<String> texts(List<?> values) {
    Set<String> texts = new HashSet<>();
    values.forEach(value -> texts.add(String.valueOf(value)));
    return Set.copyOf(texts);
  }
}
