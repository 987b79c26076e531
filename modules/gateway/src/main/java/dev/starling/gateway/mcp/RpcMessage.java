/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.mcp;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One message of JSON-RPC 2.0 as a client sends it. */
public sealed interface RpcMessage {
  /** Characters of an id at most, where it is text. */
  int MOST_ID = 256;

  /**
   * Something that is to be answered.
   *
   * @param id a string or a number, which the answer repeats
   * @param params empty where there are none
   */
  record Request(Object id, String method, JsonObject params) implements RpcMessage {
    /** The answer that has {@code result}. */
    public JsonObject answer(JsonObject result) {
      return new JsonObject().put("jsonrpc", "2.0").put("id", id).put("result", result);
    }
  }

  /** Something that is not answered. */
  record Notification(String method, JsonObject params) implements RpcMessage {}

  /** The answer to something that the server asked. */
  record Response(Object id) implements RpcMessage {}

  /**
   * The message in a body.
   *
   * @throws RpcException where it is none; batches, which only one version of MCP had, are none
   */
  static RpcMessage of(@Nullable Buffer body) {
    Object read;
    try {
      read = Json.decodeValue(body == null ? Buffer.buffer() : body);
    } catch (DecodeException e) {
      throw new RpcException(RpcException.PARSE_ERROR, "the body is no JSON");
    }
    if (!(read instanceof JsonObject message) || !"2.0".equals(message.getValue("jsonrpc"))) {
      throw invalid("expected one JSON-RPC 2.0 object; batches are not taken");
    }
    Object id = message.getValue("id");
    return switch (message.getValue("method")) {
      case null -> new Response(identity(id));
      case String method when !message.containsKey("id") ->
          new Notification(method, params(message));
      case String method -> new Request(identity(id), method, params(message));
      default -> throw invalid("method: expected a string");
    };
  }

  private static Object identity(@Nullable Object id) {
    return switch (id) {
      case String text when text.length() <= MOST_ID -> text;
      case Integer number -> number;
      case Long number -> number;
      case null, default ->
          throw invalid("id: expected a whole number, or at most " + MOST_ID + " characters");
    };
  }

  private static JsonObject params(JsonObject message) {
    return switch (message.getValue("params")) {
      case null -> new JsonObject(Map.of());
      case JsonObject params -> params;
      default -> throw invalid("params: expected an object");
    };
  }

  private static RpcException invalid(String text) {
    return new RpcException(RpcException.INVALID_REQUEST, text);
  }
}
