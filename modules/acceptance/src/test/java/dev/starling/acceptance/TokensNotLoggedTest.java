/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.auth.TokenSigner;
import dev.starling.testkit.NodeProcess;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that logs all it can, shown good and bad tokens in every way that REST takes them. */
class TokensNotLoggedTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

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
            "--config", file.toString(), "--set", "auth.required=true", "--set", "log.level=trace")
        .awaitReady();
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
      }
      node.terminate();
      assertThat(node.exitCode(Duration.ofSeconds(30))).isZero();
      assertThat(node.output()).anyMatch(line -> line.contains(" DEBUG "));
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
