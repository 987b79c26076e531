/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.gateway.McpHttpClient.errorCode;
import static dev.starling.gateway.McpHttpClient.none;
import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.LocalMesh;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a client of {@code /mcp} may do, over real HTTP, where it may do little. */
class McpLimitsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MESSAGES = 300;
  private static final int LARGEST = 4_096;
  private static final int PENDING = 2;
  private static final int MALFORMED = 3;

  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  @SuppressWarnings("NullAway.Init")
  private static ScriptedRouter router;

  private static int port;

  @BeforeAll
  static void start() {
    gateway = new TestGateway();
    router = ScriptedRouter.serve(gateway.mesh(), gateway.mesh().nodeId());
    GatewayConfig plain = TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1));
    EndpointLimits limits =
        new EndpointLimits(
            10, MESSAGES, LARGEST, PENDING, 1 << 20, 1 << 20, MALFORMED, 10, Duration.ofSeconds(5));
    GatewayConfig strict = TestGateway.with(plain, TestGateway.access(Optional.empty()), limits);
    port = LocalMesh.await(gateway.start(strict).httpPort());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static McpHttpClient client() {
    return new McpHttpClient(port, null).begin();
  }

  private static JsonObject named(String agentId) {
    return new JsonObject().put("fingerprint", new JsonArray().add(1)).put("agent_id", agentId);
  }

  private static double refused(int status) {
    return gateway.count(
        "starling.gateway.rest.refusals", "route", "/mcp", "status", Integer.toString(status));
  }

  @Test
  void aClientThatSaysTooMuchIsToldWhenToGoOnAndThenLosesItsSession() {
    McpHttpClient client = client();
    double dropped = gateway.count("starling.gateway.drops", "cause", "rate-limit");
    List<HttpResponse<String>> refused = new ArrayList<>();
    int sent = 0;
    HttpResponse<String> answer = client.ask("ping", none());
    while (answer.statusCode() != 404) {
      if (answer.statusCode() == 429) {
        refused.add(answer);
      }
      assertThat(sent++).isLessThan(10 * (MESSAGES + MessageQuota.PATIENCE));
      answer = client.ask("ping", none());
    }
    assertThat(refused).hasSize(MessageQuota.PATIENCE + 1);
    assertThat(refused.getFirst().headers().firstValue("retry-after")).isPresent();
    assertThat(refused.getFirst().body())
        .contains("\"code\":\"RATE_LIMITED\"", "more than " + MESSAGES + " messages a minute");
    assertThat(gateway.count("starling.gateway.drops", "cause", "rate-limit"))
        .isEqualTo(dropped + refused.size());
    assertThat(client().status("ping")).isEqualTo(200);
  }

  @Test
  void aMessageThatIsTooLargeIsRefusedAndTheSessionLivesOn() {
    McpHttpClient client = client();
    double before = refused(413);
    HttpResponse<String> answer =
        client.ask("ping", new JsonObject().put("text", "x".repeat(LARGEST)));
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("limits.max-message");
    assertThat(refused(413)).isEqualTo(before + 1);
    assertThat(client.status("ping")).isEqualTo(200);
  }

  @Test
  void aClientWaitsForNoMoreAnswersThanItMay() {
    McpHttpClient client = client();
    client.register("waits", named("waits"));
    List<JsonObject> polls = new ArrayList<>();
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < PENDING; i++) {
      JsonObject poll = client.call("outcome_poll", new JsonObject().put("wait_ms", 20_000));
      polls.add(poll);
      waiting.add(client.sending(poll));
    }
    eventually("both wait", PATIENCE, () -> client.status("ping") == 429);
    HttpResponse<String> more = client.ask("ping", none());
    assertThat(more.body()).contains("RATE_LIMITED", "wait for their answers already");
    for (JsonObject poll : polls) {
      JsonObject taken = new JsonObject().put("requestId", poll.getInteger("id"));
      assertThat(
              client
                  .post(
                      new JsonObject()
                          .put("jsonrpc", "2.0")
                          .put("method", "notifications/cancelled")
                          .put("params", taken)
                          .encode())
                  .statusCode())
          .isEqualTo(202);
    }
    waiting.forEach(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
    assertThat(client.status("ping")).isEqualTo(200);
  }

  @Test
  void twoRequestsOfOneIdDoNotRunAtATime() {
    McpHttpClient client = client();
    client.register("twice", named("twice"));
    JsonObject poll = client.call("outcome_poll", new JsonObject().put("wait_ms", 20_000));
    CompletableFuture<HttpResponse<String>> waiting = client.sending(poll);
    JsonObject same = poll.copy().put("method", "ping");
    eventually("the first one runs", PATIENCE, () -> isRefused(client.post(same.encode())));
    client.leave();
    assertThat(waiting.join().statusCode()).isEqualTo(200);
  }

  private static boolean isRefused(HttpResponse<String> answer) {
    return answer.body().contains("\"error\"") && errorCode(answer) == -32600;
  }

  @Test
  void aClientThatSendsWhatIsNoMessageTooOftenLosesItsSession() {
    McpHttpClient client = client();
    for (int i = 0; i <= MALFORMED; i++) {
      assertThat(client.status("ping")).isEqualTo(200);
      assertThat(client.post("[]").statusCode()).isEqualTo(400);
    }
    assertThat(client.status("ping")).isEqualTo(404);
  }

  @Test
  void anAgentWhoseSessionEndsWhileItRegistersIsNoGhost() {
    McpHttpClient client = client();
    router.holdClaims();
    CompletableFuture<HttpResponse<String>> registering =
        client.sending(client.call("mesh_register", named("ghost").put("name", "ghost")));
    eventually("its id is claimed", PATIENCE, () -> router.holding() > 0);
    assertThat(client.leave()).isEqualTo(204);
    router.release();
    assertThat(registering.join().body()).contains("NOT_REGISTERED", "ended meanwhile");
    assertThat(router.holder("ghost")).isEmpty();
  }

  @Test
  void anAddressHasNoMoreSessionsThanItMay() {
    List<McpHttpClient> clients = new ArrayList<>();
    HttpResponse<String> answer = new McpHttpClient(port, null).initialise("2025-11-25");
    while (answer.statusCode() == 200) {
      String session = answer.headers().firstValue("mcp-session-id").orElseThrow();
      clients.add(new McpHttpClient(port, null).session(session));
      assertThat(clients).hasSizeLessThanOrEqualTo(McpVisits.MOST_OF_AN_ADDRESS);
      answer = new McpHttpClient(port, null).initialise("2025-11-25");
    }
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.body()).contains("RATE_LIMITED", "end one with DELETE");
    clients.forEach(McpHttpClient::leave);
    assertThat(client().status("ping")).isEqualTo(200);
  }
}
