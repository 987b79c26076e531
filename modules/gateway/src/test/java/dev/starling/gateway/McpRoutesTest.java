/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.gateway.McpHttpClient.errorCode;
import static dev.starling.gateway.McpHttpClient.none;
import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.gateway.auth.AuthConfig;
import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.TestTokens;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.NodeRef;
import dev.starling.protocol.mesh.GatewayMessage.Assign;
import dev.starling.protocol.mesh.GatewayMessage.Deliver;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.PhysicsMessage;
import dev.starling.protocol.mesh.PhysicsMessage.Neighbours;
import dev.starling.protocol.mesh.PhysicsMessage.NeighboursQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Path;
import dev.starling.protocol.mesh.PhysicsMessage.PathQuery;
import dev.starling.protocol.mesh.TaskBrief;
import dev.starling.protocol.mesh.TaskMessage;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.mesh.TaskMessage.Reported;
import dev.starling.protocol.mesh.TaskMessage.TaskIs;
import dev.starling.protocol.mesh.TaskMessage.TaskQuery;
import dev.starling.protocol.task.Task;
import dev.starling.protocol.task.TaskPriority;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStep;
import dev.starling.testkit.LocalMesh;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
  private static final TaskRequest COUNT =
      new TaskRequest("count", null, null, null, null, TaskPriority.HIGH, null, 0);
  private static final AtomicReference<@Nullable Report> REPORTED = new AtomicReference<>();

  @SuppressWarnings("NullAway.Init")
  private static TestGateway gateway;

  @SuppressWarnings("NullAway.Init")
  private static ScriptedRole<PhysicsMessage> physics;

  @SuppressWarnings("NullAway.Init")
  private static ScriptedRouter router;

  private static int port;

  @BeforeAll
  static void start() {
    gateway = new TestGateway("gateway", "router", "tasks", "physics");
    String node = gateway.mesh().nodeId();
    router = ScriptedRouter.serve(gateway.mesh(), node);
    ScriptedRole<TaskMessage> _ =
        ScriptedRole.serve(gateway.mesh(), "tasks", Addresses.tasks(node), McpRoutesTest::reported);
    physics =
        ScriptedRole.serve(
            gateway.mesh(), "physics", Addresses.physics(node), McpRoutesTest::graph);
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
    gateway.close();
  }

  private static Future<? extends MeshMessage> reported(TaskMessage asked) {
    return switch (asked) {
      case Report report -> {
        REPORTED.set(report);
        yield Future.succeededFuture(new Reported(true));
      }
      case TaskQuery(String taskId, _) when taskId.equals("t-1") ->
          Future.succeededFuture(
              new TaskIs(
                  Task.of(taskId, COUNT, "", 1, 99).completed(RawJson.of("{\"found\":6}"), 2)));
      default ->
          Future.failedFuture(
              new RefusalException(ErrorCode.TASK_NOT_FOUND, "there is no such task here"));
    };
  }

  private static Future<? extends MeshMessage> graph(PhysicsMessage asked) {
    return switch (asked) {
      case PathQuery(NodeRef.Key(String from), NodeRef _, int _) when from.equals("alone") ->
          Future.succeededFuture(
              new Path(Float.POSITIVE_INFINITY, new int[0], 1, 2, RawJson.of("[]")));
      case PathQuery _ ->
          Future.succeededFuture(
              new Path(1.5f, new int[] {3, 5}, 3, 5, RawJson.of("[{\"key\":\"rye/1\"}]")));
      case NeighboursQuery _ ->
          Future.succeededFuture(
              new Neighbours(RawJson.of("{\"node\":{},\"neighbours\":[],\"total\":0}")));
      default -> Future.failedFuture(new IllegalStateException("not asked here: " + asked));
    };
  }

  private static McpHttpClient client(String subject) {
    return McpHttpClient.of(port, subject).begin();
  }

  private static JsonObject about(Number... values) {
    return new JsonObject().put("fingerprint", new JsonArray(List.of(values)));
  }

  @Test
  void aClientBeginsWithTheVersionThatBothSpeak() {
    McpHttpClient client = McpHttpClient.of(port, "versions");
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
    HttpResponse<String> answer = new McpHttpClient(port, null).initialise("2025-11-25");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("www-authenticate"))
        .hasValueSatisfying(challenge -> assertThat(challenge).startsWith("Bearer"));
  }

  @Test
  void aSessionIsItsOwnersAloneAndEndsWithDelete() {
    McpHttpClient mine = client("owner");
    McpHttpClient other = McpHttpClient.of(port, "other");
    assertThat(other.ask("ping", none()).statusCode()).isEqualTo(400);
    other.session(mine.session());
    assertThat(other.ask("ping", none()).statusCode()).isEqualTo(404);
    assertThat(mine.ask("ping", none()).statusCode()).isEqualTo(200);
    assertThat(mine.leave()).isEqualTo(204);
    assertThat(mine.ask("ping", none()).statusCode()).isEqualTo(404);
  }

  @Test
  void aNotificationIsTakenAndAnUnknownMethodIsNot() {
    McpHttpClient client = client("methods");
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

  /** What a tool may be called with, where nothing is left out and what may be missing is null. */
  private static JsonObject nulls(JsonObject schema) {
    JsonArray required = schema.getJsonArray("required", new JsonArray());
    JsonObject arguments = new JsonObject();
    for (Map.Entry<String, Object> one : schema.getJsonObject("properties")) {
      arguments.put(
          one.getKey(),
          required.contains(one.getKey()) ? something((JsonObject) one.getValue()) : null);
    }
    return arguments;
  }

  private static Object something(JsonObject schema) {
    JsonArray words = schema.getJsonArray("enum");
    if (words != null) {
      return words.getValue(0);
    }
    return "integer".equals(schema.getString("type")) ? schema.getValue("minimum") : "x";
  }

  @Test
  void everyToolTakesNullForWhatItsCallerLeavesOut() {
    for (Object one : client("lists").result("tools/list", none()).getJsonArray("tools")) {
      JsonObject tool = (JsonObject) one;
      String name = tool.getString("name");
      McpHttpClient client = client(name);
      client.register(name, about(1, 0).put("tasks", 1));
      HttpResponse<String> answer =
          client.post(client.call(name, nulls(tool.getJsonObject("inputSchema"))).encode());
      assertThat(answer.body())
          .as(name)
          .doesNotContain("\"error\"")
          .doesNotContain("INTERNAL")
          .contains("\"isError\"");
    }
  }

  @Test
  void aToolNamesTheArgumentOrThePermissionThatIsWrong() {
    McpHttpClient client = client("wrong");
    assertThat(client.refusal("mesh_register", none()))
        .isEqualTo("INVALID_MESSAGE: name: expected text (what people see), got nothing");
    assertThat(client.refusal("outcome_emit", new JsonObject().put("payload", 1)))
        .contains("NOT_REGISTERED", "mesh_register");
    assertThat(client.refusal("graph_query", new JsonObject().put("op", "search")))
        .contains("text: expected text for op search");
    McpHttpClient reader = new McpHttpClient(port, TestTokens.of("reader", "observe")).begin();
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
    McpHttpClient first = client("returns");
    JsonObject about = about(1, 0).put("agent_id", "returns");
    assertThat(first.register("once", about)).isEqualTo("returns");
    first.leave();
    McpHttpClient second = client("returns");
    assertThat(second.refusal("outcome_poll", none())).startsWith("NOT_REGISTERED");
    assertThat(second.register("again", about)).isEqualTo("returns");
    JsonObject polled = second.done("outcome_poll", none());
    assertThat(polled.getJsonArray("packets")).isEmpty();
    assertThat(polled.getString("cursor")).endsWith(":0");
    assertThat(client("elsewhere").refusal("outcome_poll", none())).startsWith("NOT_REGISTERED");
    for (Object wrong : List.of("7", "x:y", polled.getString("cursor") + "7", 7)) {
      assertThat(second.refusal("outcome_poll", new JsonObject().put("since", wrong)))
          .contains("since: expected", "the cursor of an earlier answer");
    }
  }

  /** Lets an outcome reach the agent of a registration. */
  private static void deliver(String agentId, String payload) {
    long key = router.holder(agentId).orElseThrow().key();
    RawJson packet = RawJson.of("{\"payload\":\"" + payload + "\"}");
    gateway
        .mesh()
        .bus()
        .send(
            Addresses.gateway(gateway.mesh().nodeId()),
            new Deliver(
                gateway.mesh().view().me().incarnation(),
                TestGateway.nextOutcome(),
                packet,
                new long[] {key},
                new double[] {1},
                0));
  }

  private static List<String> payloads(JsonObject polled) {
    return polled.getJsonArray("packets").stream()
        .map(one -> ((JsonObject) one).getJsonObject("packet").getString("payload"))
        .toList();
  }

  @Test
  void aCursorLetsGoWhereItWasGivenOutAndNowhereElse() {
    McpHttpClient client = client("hears");
    client.register("hears", about(1, 0).put("agent_id", "hears"));
    deliver("hears", "one");
    JsonObject waiting = new JsonObject().put("wait_ms", 20_000);
    String cursor = client.done("outcome_poll", waiting).getString("cursor");
    String foreign = "0" + cursor;
    JsonObject elsewhere = client.done("outcome_poll", new JsonObject().put("since", foreign));
    assertThat(payloads(elsewhere)).containsExactly("one");
    assertThat(elsewhere.getBoolean("known")).isFalse();
    assertThat(elsewhere.getInteger("dropped")).isZero();
    deliver("hears", "two");
    JsonObject next = client.done("outcome_poll", waiting.put("since", cursor));
    assertThat(payloads(next)).containsExactly("two");
    assertThat(next.getBoolean("known")).isTrue();
    JsonObject older = client.done("outcome_poll", new JsonObject().put("since", cursor));
    assertThat(payloads(older)).containsExactly("two");
    assertThat(older.getInteger("dropped")).isZero();
  }

  @Test
  void aReportSaysSomething() {
    McpHttpClient client = client("mute");
    client.register("mute", about(0, 1).put("tasks", 1));
    JsonObject report = new JsonObject().put("task_id", "t").put("attempt", 1);
    assertThat(client.refusal("task_report", report.copy().put("reason", "")))
        .contains("reason: expected why");
    assertThat(client.refusal("task_report", report.copy().put("reason", " ").put("progress", 5)))
        .contains("reason: expected why");
    for (JsonObject nothing :
        List.of(report, report.copy().put("message", ""), report.copy().put("retry", true))) {
      assertThat(client.refusal("task_report", nothing)).contains("progress: expected progress");
    }
  }

  @Test
  void aTaskIsClaimedOnceAndEndedByAReport() {
    McpHttpClient worker = client("worker");
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
    JsonObject late = report.copy().put("reason", "late");
    assertThat(worker.done("task_report", late).getBoolean("current")).as("it has ended").isFalse();
    assertThat(worker.refusal("task_report", late.put("task_id", "t-2")))
        .startsWith("TASK_NOT_FOUND");
  }

  @Test
  void theGraphIsAskedByKeysAndToldByKeys() {
    McpHttpClient client = client("curious");
    JsonObject ends = new JsonObject().put("node", "rye/1").put("to", "7");
    JsonObject path = client.done("graph_query", ends.copy().put("op", "path").put("limit", 1));
    assertThat(path)
        .isEqualTo(
            new JsonObject("{\"distance\":1.5,\"path\":[3,5],\"nodes\":[{\"key\":\"rye/1\"}]}"));
    JsonObject none = client.done("graph_query", ends.put("op", "path").put("node", "alone"));
    assertThat(none.containsKey("distance")).isTrue();
    assertThat(none.getValue("distance")).isNull();
    assertThat(none.getJsonArray("path")).isEmpty();
    client.done("graph_query", new JsonObject().put("op", "neighbours").put("node", "rye/1"));
    assertThat(physics.heard())
        .contains(
            new PathQuery(new NodeRef.Key("rye/1"), new NodeRef.Key("7"), 1),
            new NeighboursQuery(new NodeRef.Key("rye/1"), 20));
  }

  @Test
  void aWaitEndsWhenItIsTakenBack() {
    McpHttpClient client = client("impatient");
    client.register("impatient", about(1, 1));
    JsonObject poll = client.call("outcome_poll", new JsonObject().put("wait_ms", 20_000));
    CompletableFuture<HttpResponse<String>> waiting = client.sending(poll);
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
