/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.auth.TestTokens;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One client of {@code /mcp} over real HTTP: a token and, once it has begun, a session. */
final class McpHttpClient {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final int port;
  private final @Nullable String token;
  private String session = "";
  private int lastId;

  McpHttpClient(int port, @Nullable String token) {
    this.port = port;
    this.token = token;
  }

  /** A client with a token of a subject, which has not begun. */
  static McpHttpClient of(int port, String subject) {
    return new McpHttpClient(port, TestTokens.of(TestTokens.claims(subject)));
  }

  static JsonObject none() {
    return new JsonObject();
  }

  String session() {
    return session;
  }

  /** Goes on in a session, whosever it is. */
  McpHttpClient session(String id) {
    session = id;
    return this;
  }

  /** A request with what a client sends with each. */
  HttpRequest.Builder request() {
    HttpRequest.Builder request =
        bare()
            .header("accept", "application/json, text/event-stream")
            .header("content-type", "application/json");
    return session.isEmpty() ? request : request.header("mcp-session-id", session);
  }

  /** A request with the token and nothing else. */
  HttpRequest.Builder bare() {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/mcp")).timeout(PATIENCE);
    return token == null ? request : request.header("authorization", "Bearer " + token);
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    return HTTP.sendAsync(request.build(), BodyHandlers.ofString()).join();
  }

  HttpResponse<String> post(String body) {
    return send(request().POST(BodyPublishers.ofString(body)));
  }

  /** Sends a message whose answer may wait. */
  CompletableFuture<HttpResponse<String>> sending(JsonObject message) {
    return HTTP.sendAsync(
        request().POST(BodyPublishers.ofString(message.encode())).build(), BodyHandlers.ofString());
  }

  /** Opens the session's stream; its lines, as they come. */
  HttpResponse<Stream<String>> listen() {
    HttpRequest open =
        bare()
            .header("accept", "text/event-stream")
            .header("mcp-session-id", session)
            .GET()
            .build();
    return HTTP.sendAsync(open, BodyHandlers.ofLines()).join();
  }

  JsonObject message(String method, JsonObject params) {
    return new JsonObject()
        .put("jsonrpc", "2.0")
        .put("id", ++lastId)
        .put("method", method)
        .put("params", params);
  }

  /** A call of a tool. */
  JsonObject call(String tool, JsonObject arguments) {
    return message("tools/call", new JsonObject().put("name", tool).put("arguments", arguments));
  }

  HttpResponse<String> ask(String method, JsonObject params) {
    return post(message(method, params).encode());
  }

  int status(String method) {
    return ask(method, none()).statusCode();
  }

  McpHttpClient begin() {
    HttpResponse<String> answer = initialise("2025-11-25");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    session = answer.headers().firstValue("mcp-session-id").orElseThrow();
    return this;
  }

  HttpResponse<String> initialise(String version) {
    return ask("initialize", new JsonObject().put("protocolVersion", version));
  }

  JsonObject result(String method, JsonObject params) {
    HttpResponse<String> answer = ask(method, params);
    JsonObject body = new JsonObject(answer.body());
    assertThat(body.getInteger("id")).as(answer.body()).isEqualTo(lastId);
    return body.getJsonObject("result");
  }

  JsonObject tool(String name, JsonObject arguments) {
    return result("tools/call", new JsonObject().put("name", name).put("arguments", arguments));
  }

  JsonObject done(String name, JsonObject arguments) {
    JsonObject result = tool(name, arguments);
    assertThat(result.getBoolean("isError")).as(result.encode()).isFalse();
    return result.getJsonObject("structuredContent");
  }

  String refusal(String name, JsonObject arguments) {
    JsonObject result = tool(name, arguments);
    assertThat(result.getBoolean("isError")).as(result.encode()).isTrue();
    return result.getJsonArray("content").getJsonObject(0).getString("text");
  }

  String register(String name, JsonObject more) {
    JsonObject arguments = new JsonObject().put("name", name).mergeIn(more);
    return done("mesh_register", arguments).getString("agent_id");
  }

  int leave() {
    return send(request().DELETE()).statusCode();
  }

  /** The code of the error that an answer holds. */
  static int errorCode(HttpResponse<String> answer) {
    return new JsonObject(answer.body()).getJsonObject("error").getInteger("code");
  }
}
