/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object as a server wrote it, read leniently: a field that is missing or of another type is
 * null or empty, since one odd field must not hide the others.
 */
record Row(JsonNode node) {
  /** The longest text that is taken from a server, in characters; more is cut off. */
  private static final int MOST_TEXT = 16_384;

  private static final int MOST_WORDS = 512;

  boolean has(String field) {
    return !node.path(field).isMissingNode() && !node.path(field).isNull();
  }

  /** The first of these fields that is a text or a number, as a text. */
  @Nullable String text(String... fields) {
    for (String field : fields) {
      JsonNode value = node.path(field);
      if (value.isTextual() || value.isNumber()) {
        return cut(value.asText());
      }
    }
    return null;
  }

  String textOr(String field, String otherwise) {
    String text = text(field);
    return text == null ? otherwise : text;
  }

  @Nullable Integer count(String field) {
    JsonNode value = node.path(field);
    return value.canConvertToInt() && value.isNumber() ? value.asInt() : null;
  }

  @Nullable Double number(String field) {
    JsonNode value = node.path(field);
    return value.isNumber() && Double.isFinite(value.asDouble()) ? value.asDouble() : null;
  }

  boolean isFalse(String field) {
    return node.path(field).isBoolean() && !node.path(field).asBoolean();
  }

  /** Whether a field {@code error} says something. */
  boolean saysError() {
    JsonNode error = node.path("error");
    return error.isTextual() ? !error.asText().isBlank() : error.isContainerNode();
  }

  /** A time in ISO 8601, as ms since 1970. */
  @Nullable Long instant(String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      return null;
    }
    try {
      return Instant.parse(value.asText()).toEpochMilli();
    } catch (DateTimeParseException _) {
      return null;
    }
  }

  /** The texts in an array. */
  List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    for (JsonNode one : node.path(field)) {
      if (one.isTextual() && texts.size() < MOST_WORDS) {
        texts.add(cut(one.asText()));
      }
    }
    return List.copyOf(texts);
  }

  /** The field as JSON; null where it is missing or null. */
  @Nullable String json(String field) {
    return has(field) ? cut(node.path(field).toString()) : null;
  }

  Row row(String field) {
    return new Row(node.path(field));
  }

  /** The objects in an array. */
  Stream<Row> rows(String field) {
    JsonNode array = node.path(field);
    return array.isArray()
        ? array.valueStream().filter(JsonNode::isObject).map(Row::new)
        : Stream.empty();
  }

  private static String cut(String text) {
    return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT);
  }
}
