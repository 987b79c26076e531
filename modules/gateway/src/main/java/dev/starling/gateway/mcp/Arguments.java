/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.mcp;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks arguments by a tool's schema, so that what a model got wrong is told by the argument's
 * name and with what would have been right. Stateless.
 */
final class Arguments {
  private static final int SHOWN = 40;

  private Arguments() {}

  /**
   * What a tool is called with, once it is checked. Models write null for what they leave out, so
   * such a member is left out, but for one that takes any JSON: to that null is a value.
   *
   * @throws RefusalException INVALID_MESSAGE for the first argument that is wrong
   */
  static JsonObject checked(JsonObject schema, JsonObject arguments) {
    JsonObject properties = schema.getJsonObject("properties");
    check(schema, properties, arguments);
    JsonObject given = arguments.copy();
    given
        .fieldNames()
        .removeIf(name ->
            arguments.getValue(name) == null && properties.getJsonObject(name).containsKey("type"));
    return given;
  }

  private static void check(JsonObject schema, JsonObject properties, JsonObject arguments) {
    for (Object required : schema.getJsonArray("required", new JsonArray())) {
      if (arguments.getValue(required.toString()) == null) {
        refuse(
            required.toString(),
            expected(properties.getJsonObject(required.toString())),
            "nothing");
      }
    }
    for (Map.Entry<String, Object> argument : arguments) {
      JsonObject member = properties.getJsonObject(argument.getKey());
      if (member == null) {
        String known = properties.fieldNames().stream().collect(Collectors.joining(", "));
        refuse(
            cut(argument.getKey()),
            known.isEmpty() ? "no arguments" : "one of the arguments " + known,
            "an argument that the tool does not have");
      } else if (argument.getValue() != null) {
        check(argument.getKey(), member, argument.getValue());
      }
    }
  }

  private static void check(String name, JsonObject schema, Object value) {
    if (!isOfType(schema.getString("type"), value) || !isAmong(schema, value)) {
      refuse(name, expected(schema), shown(value));
    }
    JsonObject items = schema.getJsonObject("items");
    if (items != null) {
      JsonArray list = (JsonArray) value;
      for (int i = 0; i < list.size(); i++) {
        Object item = list.getValue(i);
        if (item == null) {
          refuse(name + "[" + i + "]", expected(items), "null");
        } else {
          check(name + "[" + i + "]", items, item);
        }
      }
    }
  }

  private static boolean isOfType(@Nullable String type, Object value) {
    return switch (type) {
      case null -> true;
      case "string" -> value instanceof String;
      case "integer" -> value instanceof Number number && number.doubleValue() % 1 == 0;
      case "number" -> value instanceof Number;
      case "boolean" -> value instanceof Boolean;
      case "object" -> value instanceof JsonObject;
      default -> value instanceof JsonArray;
    };
  }

  private static boolean isAmong(JsonObject schema, Object value) {
    JsonArray words = schema.getJsonArray("enum");
    if (words != null) {
      return words.contains(value);
    }
    Number least = schema.getNumber("minimum");
    Number most = schema.getNumber("maximum");
    return least == null
        || most == null
        || (value instanceof Number number
            && number.doubleValue() >= least.doubleValue()
            && number.doubleValue() <= most.doubleValue());
  }

  private static String expected(JsonObject schema) {
    JsonArray words = schema.getJsonArray("enum");
    if (words != null) {
      return "one of " + words.stream().map(Object::toString).collect(Collectors.joining(", "));
    }
    String type = schema.getString("type");
    String kind =
        switch (type) {
          case null -> "a value";
          case "integer" -> "a whole number";
          case "string" -> "text";
          case "boolean" -> "true or false";
          case "array", "object" -> "an " + type;
          default -> "a " + type;
        };
    Number least = schema.getNumber("minimum");
    String range = least == null ? "" : " from " + least + " to " + schema.getNumber("maximum");
    return kind + range + " (" + schema.getString("description") + ")";
  }

  private static String shown(Object value) {
    return switch (value) {
      case JsonObject _ -> "an object";
      case JsonArray _ -> "an array";
      default -> cut(value.toString());
    };
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(text.length(), SHOWN));
  }

  private static void refuse(String field, String expected, String came) {
    throw RefusalException.ofField(ErrorCode.INVALID_MESSAGE, field, expected, came);
  }
}
