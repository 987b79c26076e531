/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One example of an operation: what is sent, and which answer belongs to it.
 *
 * @param path as the document has it, with places for parameters
 * @param item what the document says of the path
 * @param operation what it says of the method
 * @param answer what it says of the answer
 * @param mediaType of the answer
 * @param example the answer's example
 */
record HttpExample(
    ApiDocument document,
    String method,
    String path,
    JsonObject item,
    JsonObject operation,
    int status,
    JsonObject answer,
    String mediaType,
    String name,
    JsonObject example) {
  private static final List<String> METHODS = List.of("get", "put", "post", "delete");

  /** Every example of a document. */
  static List<HttpExample> all(ApiDocument document) {
    List<HttpExample> all = new ArrayList<>();
    document
        .objects(document.json(), "paths")
        .forEach((path, item) -> {
          for (String method : METHODS) {
            if (item.containsKey(method)) {
              all.addAll(of(document, method, path, item));
            }
          }
        });
    return all;
  }

  private static List<HttpExample> of(
      ApiDocument document, String method, String path, JsonObject item) {
    JsonObject operation = item.getJsonObject(method);
    List<HttpExample> all = new ArrayList<>();
    document
        .objects(operation, "responses")
        .forEach((status, answer) ->
            document
                .objects(answer, "content")
                .forEach((type, content) ->
                    document
                        .objects(content, "examples")
                        .forEach((name, example) ->
                            all.add(
                                new HttpExample(
                                    document,
                                    method.toUpperCase(Locale.ROOT),
                                    path,
                                    item,
                                    operation,
                                    Integer.parseInt(status),
                                    answer,
                                    type,
                                    name,
                                    example)))));
    return all;
  }

  /** Which node it is sent to. */
  String node() {
    return example.getString("x-node", "usual");
  }

  /** What the answer's body must be like. */
  JsonObject schema() {
    JsonObject content = answer.getJsonObject("content").getJsonObject(mediaType);
    return document.object(content, "schema");
  }

  /**
   * The path with parameters and query.
   *
   * @param id what stands in the path in place of the example's own; null for that
   */
  String target(@Nullable String id) {
    String target = path;
    List<String> query = new ArrayList<>();
    for (JsonObject parameter : parameters()) {
      String value = argument(parameter);
      String key = parameter.getString("name");
      if (value != null && parameter.getString("in").equals("path")) {
        target = target.replace("{" + key + "}", encoded(id == null ? value : id));
      } else if (value != null) {
        query.add(key + "=" + encoded(value));
      }
    }
    return query.isEmpty() ? target : target + "?" + String.join("&", query);
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, UTF_8);
  }

  private List<JsonObject> parameters() {
    return Stream.concat(document.list(item, "parameters"), document.list(operation, "parameters"))
        .toList();
  }

  /** What the example gives for a parameter; any example where one is needed; else null. */
  private @Nullable String argument(JsonObject parameter) {
    JsonObject given = chosen(parameter, parameter.getBoolean("required", false));
    return given == null ? null : String.valueOf(given.getValue("value"));
  }

  private @Nullable JsonObject chosen(JsonObject of, boolean needed) {
    Map<String, JsonObject> examples = document.objects(of, "examples");
    JsonObject mine = examples.get(name);
    return mine == null && needed ? examples.values().iterator().next() : mine;
  }

  /** The body as it is sent; null for none. */
  @Nullable String body() {
    if (example.containsKey("x-body")) {
      return example.getString("x-body");
    }
    JsonObject content = document.object(operation, "requestBody").getJsonObject("content");
    if (content == null) {
      return null;
    }
    JsonObject given = chosen(content.getJsonObject("application/json"), true);
    String body = given == null ? "{}" : Json.encode(given.getValue("value"));
    return body + " ".repeat(Math.max(0, example.getInteger("x-bytes", 0) - body.length()));
  }

  /** The request's headers. */
  Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("host", "localhost");
    String token = token();
    if (token != null) {
      headers.put("authorization", "Bearer " + token);
    }
    String body = body();
    if (body != null) {
      headers.put("content-type", "application/json");
      headers.put("content-length", Integer.toString(body.getBytes(UTF_8).length));
    }
    example
        .getJsonObject("x-headers", new JsonObject())
        .forEach(header -> headers.put(header.getKey(), header.getValue().toString()));
    return headers;
  }

  private @Nullable String token() {
    Object given = example.getValue("x-token");
    if (given instanceof JsonArray permissions) {
      return DocumentedNodes.token(permissions.stream().map(String::valueOf).toList());
    }
    if (given == null) {
      return DocumentedNodes.token();
    }
    return given.equals("none") ? null : DocumentedNodes.token(given.toString());
  }

  @Override
  public String toString() {
    return method + " " + path + " " + status + ", " + name;
  }
}
