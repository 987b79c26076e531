/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A description of the program for programs, from docs. References lead to places in the document
 * itself, and none leads back to where it stands. Immutable, but for what callers do to its JSON.
 */
record ApiDocument(String text, JsonObject json) {
  private static final Path FOLDER = Path.of("..", "..", "docs");
  private static final int MOST_ALIASES = 1_000;

  /** The document of a name, as the repository has it. */
  static ApiDocument of(String name) {
    try {
      return parse(Files.readString(FOLDER.resolve(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ApiDocument parse(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(MOST_ALIASES);
    options.setAllowDuplicateKeys(false);
    Map<String, Object> tree = new Yaml(new SafeConstructor(options)).load(text);
    // Through text, so that aliases become copies.
    return new ApiDocument(text, new JsonObject(new JsonObject(tree).encode()));
  }

  /** The object at the end of some names. */
  JsonObject at(String... names) {
    JsonObject at = json;
    for (String name : names) {
      at = object(at, name);
    }
    return at;
  }

  /** The object under a name, behind its reference; empty where there is none. */
  JsonObject object(JsonObject of, String name) {
    return resolved(of.getJsonObject(name, new JsonObject()));
  }

  /** The objects under a name with their own names, in the document's order. */
  Map<String, JsonObject> objects(JsonObject of, String name) {
    Map<String, JsonObject> objects = new LinkedHashMap<>();
    JsonObject under = of.getJsonObject(name, new JsonObject());
    under.fieldNames().forEach(one -> objects.put(one, object(under, one)));
    return objects;
  }

  /** The objects of a list. */
  Stream<JsonObject> list(JsonObject of, String name) {
    return of.getJsonArray(name, new JsonArray()).stream()
        .map(JsonObject.class::cast)
        .map(this::resolved);
  }

  static List<String> texts(JsonObject of, String name) {
    return of.getJsonArray(name, new JsonArray()).stream().map(String::valueOf).toList();
  }

  /** What a reference leads to; else the object itself. */
  private JsonObject resolved(JsonObject object) {
    String reference = object.getString("$ref");
    if (reference == null) {
      return object;
    }
    return at(reference.replaceFirst("^#/", "").split("/", -1));
  }

  /**
   * What is wrong with a value that may hold nothing but what its schema names; null for nothing.
   */
  @Nullable String fault(JsonObject schema, @Nullable Object value) {
    JsonSchemaOptions options =
        new JsonSchemaOptions()
            .setBaseUri("app://starling/")
            .setDraft(Draft.DRAFT202012)
            .setOutputFormat(OutputFormat.Basic);
    JsonObject closed = (JsonObject) closed(schema);
    OutputUnit found = Validator.create(JsonSchema.of(closed), options).validate(value);
    return found.getValid() ? null : found.getErrors() + " in " + value;
  }

  /** Schemas without references, whose objects hold nothing else unless they say so. */
  private Object closed(Object schema) {
    if (schema instanceof JsonArray array) {
      JsonArray closed = new JsonArray();
      array.forEach(one -> closed.add(closed(one)));
      return closed;
    }
    if (!(schema instanceof JsonObject given)) {
      return schema;
    }
    JsonObject object = resolved(given);
    JsonObject closed = new JsonObject();
    object.forEach(member -> closed.put(member.getKey(), closed(member.getValue())));
    if (object.getValue("properties") instanceof JsonObject
        && !object.containsKey("additionalProperties")) {
      closed.put("additionalProperties", false);
    }
    return closed;
  }
}
