/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One example of a client's message: what is sent, and what it is answered with.
 *
 * @param type of the message; empty for what is none
 * @param name the example's
 * @param sent its payload, or the text or bytes that are no message
 * @param exchange what the document says of it besides
 */
record SocketExample(String type, String name, JsonObject sent, JsonObject exchange) {

  /** Every example and everything that is refused, of a document. */
  static List<SocketExample> all(ApiDocument document) {
    List<SocketExample> all = new ArrayList<>();
    document
        .objects(document.at("components"), "messages")
        .forEach((type, message) -> {
          JsonObject exchanges = message.getJsonObject("x-exchanges");
          if (exchanges != null) {
            document
                .list(message, "examples")
                .forEach(example -> {
                  String name = example.getString("name");
                  JsonObject exchange = exchanges.getJsonObject(name, new JsonObject());
                  all.add(new SocketExample(type, name, example, exchange));
                });
          }
          refused(document, type, message, all);
        });
    refused(document, "", document.json(), all);
    return all;
  }

  private static void refused(
      ApiDocument document, String type, JsonObject of, List<SocketExample> all) {
    document
        .list(of, "x-refused")
        .forEach(one -> all.add(new SocketExample(type, one.getString("name"), one, one)));
  }

  /** The message; null for what is none. */
  @Nullable JsonObject payload() {
    JsonObject payload = sent.getJsonObject("payload");
    if (payload == null) {
      return null;
    }
    String shown = exchange.getString("shows");
    return shown == null ? payload : payload.copy().put("token", DocumentedNodes.token(shown));
  }

  /** Text that is no message; null where there is a message, or bytes. */
  @Nullable String text() {
    return sent.getString("text");
  }

  /** How many bytes are sent in place of text. */
  int bytes() {
    return sent.getInteger("bytes", 0);
  }

  /** The query that the socket opens with. */
  String query() {
    Object token = exchange.getValue("token");
    if ("none".equals(token)) {
      return "";
    }
    return "?token="
        + (token == null
            ? DocumentedNodes.token()
            : DocumentedNodes.token(ApiDocument.texts(exchange, "token")));
  }

  @Override
  public String toString() {
    return type + ", " + name;
  }
}
