/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.auth.TokenSigner;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.RawHttp;
import dev.starling.testkit.RawHttp.Answer;
import dev.starling.testkit.RawWebSocket;
import dev.starling.testkit.RawWebSocket.Frame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that logs all it can, shown good and bad tokens in every way that it takes them. */
class TokensNotLoggedTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  /** What a client may send that shows a token, rightly or not; quotes are single here. */
  private static final List<String> MESSAGES =
      List.of(
          "{'type':'auth','token':'TOKEN'}",
          "{'type':'auth','token':'TOKEN','pubkey':'TOKEN'}",
          "{'type':'auth','token':'TOKEN','pubkey':7}",
          "{'type':'auth','token':'TOKEN TOKEN'}",
          "{'type':'auth','token':['TOKEN']}",
          "{'type':'auth','token':{'TOKEN':1}}",
          "{'type':'auth','token':'TOKEN'",
          "{'type':'auth','token':'TOKEN",
          "{'type':'auth','token':TOKEN}",
          "{'type':'auth',TOKEN}",
          "{'type':'auth','token':'TOKEN'}TOKEN",
          "{'type':'auth','token':'TOKEN\\q'}",
          "{'type':'auth','token':'TOKEN','token':'TOKEN'}",
          "TOKEN");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<String> answers = new ArrayList<>();

  @TempDir private Path folder;

  private static String token(String secret, long secondsFromNow) {
    JsonObject claims =
        new JsonObject()
            .put("sub", "alice")
            .put("exp", System.currentTimeMillis() / 1000 + secondsFromNow)
            .put("permissions", new JsonArray().add("observe").add("emit").add("admin"));
    return TokenSigner.ofSecret(secret).sign(claims, null);
  }

  private int send(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    answers.add(answer.headers().map() + answer.body());
    return answer.statusCode();
  }

  private static HttpRequest.Builder to(NodeProcess node, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
        .header("Content-Type", "application/json")
        .timeout(Duration.ofSeconds(20));
  }

  private NodeProcess start() throws IOException {
    Path file = Files.writeString(folder.resolve("secret.yaml"), "auth: {secret: " + SECRET + "}");
    return NodeProcess.start(
            "--config",
            file.toString(),
            "--set",
            "auth.required=true",
            "--set",
            "log.level=trace",
            "--set",
            "limits.connections-per-address=1000")
        .awaitReady();
  }

  /** Everything that may stand around a token, or be taken for one, in an address and messages. */
  private void showOnSockets(NodeProcess node, String token) {
    for (String path : List.of("/ws", "/")) {
      int port = path.equals("/") ? node.agentPort() : node.httpPort();
      String query = path + "?token=" + token;
      hear(port, query, "{\"type\":\"ping\"}");
      hear(port, query + "x", "{\"type\":\"ping\"}");
      Answer refused =
          RawHttp.upgrade(port, path + "?compression=no&token=" + token, "Host: 127.0.0.1");
      assertThat(refused.status()).isEqualTo(400);
      answers.add(refused.headers() + refused.body());
      for (String auth : MESSAGES) {
        hear(port, path, auth.replace('\'', '"').replace("TOKEN", token));
      }
    }
  }

  /** Opens a socket, sends a message, and keeps what is said up to the answer. */
  private void hear(int port, String path, String message) {
    try (RawWebSocket socket = RawWebSocket.connect(port, path)) {
      socket.sendText(message);
      Frame frame = socket.read();
      answers.add(frame.text());
      while (frame.type() != RawWebSocket.CLOSE && !isAnswer(frame.text())) {
        frame = socket.read();
        answers.add(frame.text());
      }
    }
  }

  private static boolean isAnswer(String text) {
    return Stream.of("authenticated", "pong", "error")
        .anyMatch(type -> text.startsWith("{\"type\":\"" + type + "\""));
  }

  @Test
  void shouldNeverWriteATokenToTheLogOrIntoAnAnswer() throws Exception {
    List<String> tokens =
        List.of(token(SECRET, 3600), token(SECRET, -3600), token(SECRET + "x", 3600));
    try (NodeProcess node = start()) {
      assertThat(send(to(node, "/api/mesh").header("Authorization", "Bearer " + tokens.getFirst())))
          .isEqualTo(200);
      for (String token : tokens) {
        String bearer = "Bearer " + token;
        send(to(node, "/metrics").header("Authorization", bearer));
        send(to(node, "/api/agents?token=" + token));
        send(to(node, "/api/agents").header("Authorization", "bearer" + token));
        send(to(node, "/api/agents?limit=x&token=" + token).header("Authorization", bearer));
        send(to(node, "/no/such?token=" + token).header("Authorization", bearer));
        send(to(node, "/ws/qis?token=" + token));
        send(
            to(node, "/api/outcomes?token=" + token)
                .header("Authorization", bearer)
                .POST(BodyPublishers.ofString("{\"packet\":{}}")));
        send(
            to(node, "/api/admin/keys/reload")
                .header("Authorization", bearer)
                .POST(BodyPublishers.noBody()));
        showOnSockets(node, token);
      }
      node.terminate();
      assertThat(node.exitCode(Duration.ofSeconds(30))).isZero();
      assertThat(node.output())
          .anyMatch(
              line -> line.contains(" DEBUG ") && line.contains("authentication failed: expired"))
          .anyMatch(line -> line.contains("authentication failed: signature"));
      for (String token : tokens) {
        for (String part : token.split("\\.", -1)) {
          // All tokens begin alike, with the header; only a longer piece would be one of them.
          String piece = part.length() > 40 ? part.substring(0, 40) : part;
          assertThat(node.output()).noneMatch(line -> line.contains(piece));
          assertThat(answers).noneMatch(answer -> answer.contains(piece));
        }
      }
      assertThat(node.output()).noneMatch(line -> line.contains(SECRET));
    } finally {
      http.close();
    }
  }
}
