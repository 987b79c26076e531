/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.gateway.mcp.RpcMessage.Notification;
import dev.starling.gateway.mcp.RpcMessage.Request;
import dev.starling.gateway.mcp.RpcMessage.Response;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RpcMessageTest {
  private static RpcMessage read(String text) {
    return RpcMessage.of(Buffer.buffer(text));
  }

  @Test
  void whatHasAMethodAndAnIdIsARequest() {
    JsonObject none = new JsonObject();
    assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"ping\"}"))
        .isEqualTo(new Request("a", "ping", none));
    assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"m\",\"params\":{\"a\":1}}"))
        .isEqualTo(new Request(7, "m", new JsonObject().put("a", 1)));
    assertThat(read("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}"))
        .isEqualTo(new Notification("notifications/initialized", none));
    assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}")).isEqualTo(new Response(7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "7",
        "[]",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
        "{}",
        "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}"
      })
  void whatIsNoMessageIsRefused(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(RpcException.class);
  }
}
