/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.mcp;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** An error of JSON-RPC 2.0, for the answer to a request. Has no stack trace: it is no fault. */
public final class RpcException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The text is no JSON. */
  public static final int PARSE_ERROR = -32700;

  /** It is JSON, but no message. */
  public static final int INVALID_REQUEST = -32600;

  /** The server has no such method. */
  public static final int METHOD_NOT_FOUND = -32601;

  /** The method's parameters are not as it needs them. */
  public static final int INVALID_PARAMS = -32602;

  /** The server failed. */
  public static final int INTERNAL_ERROR = -32603;

  /** There is no such resource. */
  public static final int RESOURCE_NOT_FOUND = -32002;

  /** The server refuses, for the reason in {@code data.code}. */
  public static final int REFUSED = -32000;

  private final int code;
  private final transient @Nullable JsonObject data;

  public RpcException(int code, String text) {
    this(code, text, null);
  }

  public RpcException(int code, String text, @Nullable JsonObject data) {
    super(text, null, false, false);
    this.code = code;
    this.data = data;
  }

  /** The answer that says so. */
  public JsonObject answer(@Nullable Object id) {
    JsonObject error = new JsonObject().put("code", code).put("message", getMessage());
    if (data != null) {
      error.put("data", data);
    }
    return new JsonObject().put("jsonrpc", "2.0").put("id", id).put("error", error);
  }
}
