/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawHttp;
import dev.starling.testkit.RawHttp.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A router that says it serves and answers nothing: who asked is told what took too long. */
class MuteRouterTest {
  private static final Vertx CLIENTS = Vertx.vertx();

  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  private static int port;

  @BeforeAll
  static void start() {
    gateway = new TestGateway();
    ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId()).holdDeposits().holdClaims();
    GatewayConfig config = TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1));
    port = LocalMesh.await(gateway.start(config).httpPort());
  }

  @AfterAll
  static void stop() {
    gateway.close();
    LocalMesh.await(CLIENTS.close());
  }

  private static double timeouts() {
    return gateway.count("starling.gateway.timeouts", "role", "router");
  }

  private static void requireNamed(JsonObject error, String operation, String time) {
    assertThat(error.getString("code")).isEqualTo("TIMEOUT");
    assertThat(error.getString("message"))
        .isEqualTo(operation + ": router did not answer within " + time);
    assertThat(error.getJsonObject("details").getMap())
        .isEqualTo(Map.of("operation", operation, "role", "router"));
  }

  @Test
  void aCallByRestIsToldWhatTookTooLong() {
    double before = timeouts();
    String body = "{\"packet\":{\"fingerprint\":[1,0]}}";

    Answer answer =
        RawHttp.exchange(
            port,
            String.join(
                "\r\n",
                "POST /api/outcomes HTTP/1.1",
                "Host: localhost",
                "Content-Type: application/json",
                "Content-Length: " + body.length(),
                "",
                body));

    assertThat(answer.status()).isEqualTo(504);
    requireNamed(answer.error(), "POST /api/outcomes", "5 s");
    assertThat(timeouts()).isEqualTo(before + 1);
  }

  @Test
  void whoRegistersIsToldTheTimeThatWasWaited() {
    double before = timeouts();
    try (QisClient client = QisClient.connect(CLIENTS, port, "/ws/qis")) {
      JsonObject register =
          new JsonObject("{\"type\":\"register\",\"agent_id\":\"a\",\"fingerprint\":[1,0]}");
      long since = System.nanoTime();

      JsonObject error = client.send(register).next("error");

      assertThat(Duration.ofNanos(System.nanoTime() - since))
          .isBetween(Duration.ofMillis(2_900), Duration.ofMillis(4_500));
      requireNamed(error, "register", "3 s");
    }
    assertThat(timeouts()).isEqualTo(before + 1);
  }
}
