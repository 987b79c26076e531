/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.mcp;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * A JSON schema of an object, by the few words of JSON Schema that tools here need. Immutable; each
 * method that adds a member gives a new one.
 */
public final class JsonShape {
  /** An object without members. */
  public static final JsonShape EMPTY = new JsonShape(new JsonObject(), new JsonArray(), false);

  private final JsonObject properties;
  private final JsonArray required;
  private final boolean isOpen;

  private JsonShape(JsonObject properties, JsonArray required, boolean isOpen) {
    this.properties = properties;
    this.required = required;
    this.isOpen = isOpen;
  }

  /** The same with a member that must be there. */
  public JsonShape with(String name, JsonObject schema) {
    return new JsonShape(properties.copy().put(name, schema), required.copy().add(name), isOpen);
  }

  /** The same with a member that may be missing. */
  public JsonShape optional(String name, JsonObject schema) {
    return new JsonShape(properties.copy().put(name, schema), required, isOpen);
  }

  /** The same with whatever else. */
  public JsonShape open() {
    return new JsonShape(properties, required, true);
  }

  /** The schema. */
  public JsonObject json() {
    JsonObject schema = new JsonObject().put("type", "object").put("properties", properties.copy());
    if (!required.isEmpty()) {
      schema.put("required", required.copy());
    }
    return schema.put("additionalProperties", isOpen);
  }

  /** Text. */
  public static JsonObject text(String description) {
    return of("string", description);
  }

  /** One of some words. */
  public static JsonObject choice(String description, String... words) {
    return text(description).put("enum", new JsonArray(List.of(words)));
  }

  /** A whole number within bounds. */
  public static JsonObject whole(String description, long least, long most) {
    return of("integer", description).put("minimum", least).put("maximum", most);
  }

  /** A whole number. */
  public static JsonObject whole(String description) {
    return of("integer", description);
  }

  /** A number within bounds. */
  public static JsonObject number(String description, double least, double most) {
    return of("number", description).put("minimum", least).put("maximum", most);
  }

  /** A number. */
  public static JsonObject number(String description) {
    return of("number", description);
  }

  /** True or false. */
  public static JsonObject flag(String description) {
    return of("boolean", description);
  }

  /** An object of any members. */
  public static JsonObject object(String description) {
    return of("object", description);
  }

  /** A list. */
  public static JsonObject list(String description, JsonObject of) {
    return of("array", description).put("items", of);
  }

  /** Any JSON. */
  public static JsonObject anything(String description) {
    return new JsonObject(Map.of("description", description)).copy();
  }

  /** The same, or null. */
  public static JsonObject orNull(JsonObject schema) {
    return schema.copy().put("type", new JsonArray().add(schema.getString("type")).add("null"));
  }

  private static JsonObject of(String type, String description) {
    return new JsonObject().put("type", type).put("description", description);
  }
}
