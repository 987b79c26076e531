/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.gateway.auth.AuthConfig;
import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.TestTokens;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.mesh.GatewayMessage.Assign;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.TaskBrief;
import dev.starling.protocol.mesh.TaskMessage;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.mesh.TaskMessage.Reported;
import dev.starling.protocol.task.TaskPriority;
import dev.starling.protocol.task.TaskStep;
import dev.starling.testkit.LocalMesh;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code /mcp} over real HTTP; the test plays the router and the keeper of tasks. */
class McpRoutesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final AtomicReference<@Nullable Report> REPORTED = new AtomicReference<>();

  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  private static int port;

  @BeforeAll
  static void start() {
    gateway = new TestGateway("gateway", "router", "tasks");
    String node = gateway.mesh().nodeId();
    ScriptedRouter.serve(gateway.mesh(), node);
    ScriptedRole<TaskMessage> _ =
        ScriptedRole.serve(gateway.mesh(), "tasks", Addresses.tasks(node), McpRoutesTest::reported);
    GatewayConfig plain =
        TestGateway.onLoops(TestGateway.config(1 << 20, 1 << 20, Duration.ofMinutes(1)), 2);
    port = LocalMesh.await(gateway.start(TestGateway.config(plain, tokens())).httpPort());
  }

  private static AuthConfig tokens() {
    return new AuthConfig(
        true,
        AuthConfig.Anonymous.REFUSE,
        false,
        Optional.of(TestTokens.SECRET),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Duration.ZERO,
        Permission.usual());
  }

  @AfterAll
  static void stop() {
    HTTP.close();
    gateway.close();
  }

  private static Future<? extends MeshMessage> reported(TaskMessage asked) {
    REPORTED.set((Report) asked);
    return Future.succeededFuture(new Reported(true));
  }

  /** One client: a token and, once it has begun, a session. */
  private static final class Client {
    private final @Nullable String token;
    private String session = "";
    private int lastId;

    Client(@Nullable String token) {
      this.token = token;
    }

    HttpRequest.Builder request() {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/mcp"))
              .timeout(PATIENCE)
              .header("accept", "application/json, text/event-stream")
              .header("content-type", "application/json");
      if (token != null) {
        request.header("authorization", "Bearer " + token);
      }
      return session.isEmpty() ? request : request.header("mcp-session-id", session);
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
      return HTTP.sendAsync(request.build(), BodyHandlers.ofString()).join();
    }

    HttpResponse<String> post(String body) {
      return send(request().POST(BodyPublishers.ofString(body)));
    }

    JsonObject message(String method, JsonObject params) {
      return new JsonObject()
          .put("jsonrpc", "2.0")
          .put("id", ++lastId)
          .put("method", method)
          .put("params", params);
    }

    HttpResponse<String> ask(String method, JsonObject params) {
      return post(message(method, params).encode());
    }

    Client begin() {
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
  }

  private static Client client(String subject) {
    return new Client(TestTokens.of(TestTokens.claims(subject))).begin();
  }

  private static JsonObject none() {
    return new JsonObject();
  }

  private static JsonObject about(Number... values) {
    return new JsonObject().put("fingerprint", new JsonArray(List.of(values)));
  }

  private static int errorCode(HttpResponse<String> answer) {
    return new JsonObject(answer.body()).getJsonObject("error").getInteger("code");
  }

  @Test
  void aClientBeginsWithTheVersionThatBothSpeak() {
    Client client = new Client(TestTokens.of(TestTokens.claims("versions")));
    for (String version : List.of("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")) {
      assertThat(client.initialise(version).body()).contains("\"protocolVersion\":\"" + version);
    }
    assertThat(client.initialise("1999-01-01").body()).contains("\"2025-11-25\"");
    assertThat(errorCode(client.ask("initialize", none()))).isEqualTo(-32602);
    client.begin();
    HttpResponse<String> other =
        client.send(
            client
                .request()
                .header("mcp-protocol-version", "1999-01-01")
                .POST(BodyPublishers.ofString(client.message("ping", none()).encode())));
    assertThat(other.statusCode()).isEqualTo(400);
  }

  @Test
  void withoutATokenNobodyGetsIn() {
    HttpResponse<String> answer = new Client(null).initialise("2025-11-25");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("www-authenticate"))
        .hasValueSatisfying(challenge -> assertThat(challenge).startsWith("Bearer"));
  }

  @Test
  void aSessionIsItsOwnersAloneAndEndsWithDelete() {
    Client mine = client("owner");
    Client other = new Client(TestTokens.of(TestTokens.claims("other")));
    assertThat(other.ask("ping", none()).statusCode()).isEqualTo(400);
    other.session = mine.session;
    assertThat(other.ask("ping", none()).statusCode()).isEqualTo(404);
    assertThat(mine.ask("ping", none()).statusCode()).isEqualTo(200);
    assertThat(mine.send(mine.request().DELETE()).statusCode()).isEqualTo(204);
    assertThat(mine.ask("ping", none()).statusCode()).isEqualTo(404);
  }

  @Test
  void aNotificationIsTakenAndAnUnknownMethodIsNot() {
    Client client = client("methods");
    HttpResponse<String> taken =
        client.post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    assertThat(taken.statusCode()).isEqualTo(202);
    assertThat(taken.body()).isEmpty();
    assertThat(errorCode(client.ask("tools/none", none()))).isEqualTo(-32601);
    assertThat(errorCode(client.ask("tools/call", new JsonObject().put("name", "none"))))
        .isEqualTo(-32602);
    assertThat(errorCode(client.ask("resources/read", new JsonObject().put("uri", "mesh://x"))))
        .isEqualTo(-32002);
    assertThat(errorCode(client.post("{"))).isEqualTo(-32700);
  }

  @Test
  void everyToolHasSchemasAndADescription() {
    JsonArray tools = client("tools").result("tools/list", none()).getJsonArray("tools");
    assertThat(tools)
        .hasSizeGreaterThan(10)
        .allSatisfy(one -> {
          JsonObject tool = (JsonObject) one;
          assertThat(tool.getString("description")).isNotBlank();
          assertThat(tool.getJsonObject("inputSchema").getString("type")).isEqualTo("object");
          assertThat(tool.getJsonObject("outputSchema").getString("type")).isEqualTo("object");
        });
  }

  @Test
  void aToolNamesTheArgumentOrThePermissionThatIsWrong() {
    Client client = client("wrong");
    assertThat(client.refusal("mesh_register", none()))
        .isEqualTo("INVALID_MESSAGE: name: expected text (what people see), got nothing");
    assertThat(client.refusal("outcome_emit", new JsonObject().put("payload", 1)))
        .contains("NOT_REGISTERED", "mesh_register");
    assertThat(client.refusal("graph_query", new JsonObject().put("op", "search")))
        .contains("text: expected text for op search");
    Client reader = new Client(TestTokens.of("reader", "observe")).begin();
    assertThat(reader.refusal("mesh_register", new JsonObject().put("name", "a")))
        .startsWith("FORBIDDEN")
        .contains("permission emit");
    assertThat(reader.refusal("task_submit", new JsonObject().put("description", "a")))
        .contains("permission agents");
    assertThat(
            reader.refusal(
                "graph_query", new JsonObject().put("op", "path").put("node", "a").put("to", "b")))
        .contains("permission analytics");
  }

  @Test
  void anAgentStaysBehindItsSessionAndIsTakenUpAgain() {
    Client first = client("returns");
    JsonObject about = about(1, 0).put("agent_id", "returns");
    assertThat(first.register("once", about)).isEqualTo("returns");
    first.send(first.request().DELETE());
    Client second = client("returns");
    assertThat(second.refusal("outcome_poll", none())).startsWith("NOT_REGISTERED");
    assertThat(second.register("again", about)).isEqualTo("returns");
    assertThat(second.done("outcome_poll", none()))
        .isEqualTo(
            new JsonObject().put("packets", new JsonArray()).put("cursor", 0).put("dropped", 0));
    assertThat(client("elsewhere").refusal("outcome_poll", none())).startsWith("NOT_REGISTERED");
    assertThat(second.refusal("outcome_poll", new JsonObject().put("since", 7)))
        .contains("since: expected the cursor");
  }

  @Test
  void aTaskIsClaimedOnceAndEndedByAReport() {
    Client worker = client("worker");
    String agent = worker.register("worker", about(0, 1).put("tasks", 1));
    CompletableFuture<JsonObject> claiming =
        CompletableFuture.supplyAsync(
            () -> worker.done("task_claim", new JsonObject().put("wait_ms", 20_000)));
    Assign assign =
        new Assign(
            agent,
            new TaskBrief("t-1", 2, "count", RawJson.of("{\"n\":3}"), TaskPriority.HIGH, 99));
    assertThat(
            LocalMesh.await(
                    gateway
                        .mesh()
                        .bus()
                        .request(Addresses.gateway(gateway.mesh().nodeId()), assign, PATIENCE))
                .isTaken())
        .isTrue();
    JsonObject task = claiming.join().getJsonObject("task");
    assertThat(task.getString("task_id")).isEqualTo("t-1");
    assertThat(task.getJsonObject("input").getInteger("n")).isEqualTo(3);
    JsonObject next = worker.done("task_claim", none());
    assertThat(next.getValue("task")).isNull();
    assertThat(next.getJsonArray("unfinished")).hasSize(1);
    JsonObject report = new JsonObject().put("task_id", "t-1").put("attempt", 2);
    assertThat(worker.done("task_report", report.copy().put("progress", 50)).getBoolean("current"))
        .isTrue();
    worker.done("task_report", report.copy().put("result", new JsonObject().put("found", 6)));
    assertThat(REPORTED.get())
        .isEqualTo(
            new Report("t-1", 2, agent, new TaskStep.Completed(RawJson.of("{\"found\":6}"))));
    eventually(
        "nothing is left",
        PATIENCE,
        () -> worker.done("task_claim", none()).getJsonArray("unfinished").isEmpty());
    assertThat(worker.refusal("task_report", report.put("reason", "late")))
        .startsWith("TASK_NOT_FOUND");
  }

  @Test
  void aWaitEndsWhenItIsTakenBack() {
    Client client = client("impatient");
    client.register("impatient", about(1, 1));
    JsonObject poll =
        client.message(
            "tools/call",
            new JsonObject()
                .put("name", "outcome_poll")
                .put("arguments", new JsonObject().put("wait_ms", 20_000)));
    CompletableFuture<HttpResponse<String>> waiting =
        HTTP.sendAsync(
            client.request().POST(BodyPublishers.ofString(poll.encode())).build(),
            BodyHandlers.ofString());
    JsonObject cancel =
        new JsonObject()
            .put("jsonrpc", "2.0")
            .put("method", "notifications/cancelled")
            .put("params", new JsonObject().put("requestId", poll.getInteger("id")));
    eventually(
        "the wait is over",
        Duration.ofSeconds(15),
        () -> {
          client.post(cancel.encode());
          return waiting.isDone();
        });
    assertThat(waiting.join().statusCode()).isEqualTo(200);
  }
}
