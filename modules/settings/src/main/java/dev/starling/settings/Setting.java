/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.json.JsonOutput;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * A setting that the mesh knows. Immutable.
 *
 * @param path where it is
 * @param type what values it takes
 * @param defaultValue compact JSON
 * @param least the least value of a number
 * @param most the greatest value of a number; of a text, the most characters
 * @param choices the words of a choice
 * @param unit empty for none
 * @param description for people
 */
record Setting(
    String path,
    Type type,
    RawJson defaultValue,
    double least,
    double most,
    List<String> choices,
    String unit,
    String description) {

  /** What values a setting takes. */
  enum Type {
    NUMBER,
    INTEGER,
    BOOLEAN,
    CHOICE,
    TEXT,
    COLOUR;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Setting {
    choices = List.copyOf(choices);
  }

  static Setting number(
      String path, double standard, double least, double most, String unit, String description) {
    return new Setting(
        path, Type.NUMBER, json(standard), least, most, List.of(), unit, description);
  }

  static Setting integer(
      String path, long standard, long least, long most, String unit, String description) {
    return new Setting(
        path, Type.INTEGER, json((double) standard), least, most, List.of(), unit, description);
  }

  static Setting flag(String path, boolean standard, String description) {
    RawJson value = RawJson.of(Boolean.toString(standard));
    return new Setting(path, Type.BOOLEAN, value, 0, 0, List.of(), "", description);
  }

  static Setting choice(String path, String standard, List<String> choices, String description) {
    return new Setting(path, Type.CHOICE, json(standard), 0, 0, choices, "", description);
  }

  static Setting text(String path, String standard, int most, String description) {
    return new Setting(path, Type.TEXT, json(standard), 0, most, List.of(), "", description);
  }

  static Setting colour(String path, String standard, String description) {
    return new Setting(path, Type.COLOUR, json(standard), 0, 0, List.of(), "", description);
  }

  /** A number as people write it: 1 rather than 1.0. */
  static RawJson json(double number) {
    boolean isWhole = number == Math.rint(number) && Math.abs(number) < 1e15;
    return RawJson.of(isWhole ? Long.toString((long) number) : Double.toString(number));
  }

  static RawJson json(String text) {
    return new RawJson(JsonOutput.string(text));
  }

  boolean hasRange() {
    return type == Type.NUMBER || type == Type.INTEGER;
  }

  /** What a value must be, in words. */
  String expected() {
    String of = unit.isEmpty() ? "" : " (" + unit + ")";
    return switch (type) {
      case NUMBER -> "a number from " + json(least) + " to " + json(most) + of;
      case INTEGER -> "a whole number from " + json(least) + " to " + json(most) + of;
      case BOOLEAN -> "true or false";
      case CHOICE -> "one of " + String.join(", ", choices);
      case TEXT -> "a text of at most " + json(most) + " characters";
      case COLOUR -> "a colour as \"#rrggbb\"";
    };
  }

  /** As {@code GET /api/settings/schema} shows it. */
  void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("path", path);
    json.writeStringField("type", type.word());
    JsonOutput.raw(json, "default", defaultValue);
    if (hasRange()) {
      JsonOutput.raw(json, "min", json(least));
      JsonOutput.raw(json, "max", json(most));
    }
    if (type == Type.TEXT) {
      JsonOutput.raw(json, "maxLength", json(most));
    }
    if (type == Type.CHOICE) {
      json.writeFieldName("choices");
      json.writeStartArray();
      for (String choice : choices) {
        json.writeString(choice);
      }
      json.writeEndArray();
    }
    json.writeStringField("unit", unit);
    json.writeStringField("description", description);
    json.writeEndObject();
  }
}
