/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.starling.agent.examples.TextStatistics;
import dev.starling.testkit.AgentJar;
import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.jackson2.DefaultJsonSchemaValidator;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Agents that live in a node of their own, which has no gateway: spawned through another node, and
 * watched on a third. The node is killed last, and started again.
 */
@TestMethodOrder(OrderAnnotation.class)
final class HostedAgentsClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String ECHO =
      """
      package made;

      import dev.starling.agent.sdk.*;
      import io.vertx.core.Future;
      import io.vertx.core.json.JsonObject;

      public final class Echo extends Agent {
        @Override protected AgentProfile profile() {
          return AgentProfile.of("echo").about(0f, 0f, 1f).can("repeating").tasks(2);
        }

        @Override protected void onOutcome(Outcome in) {
          if (in.text().equals("fail")) {
            throw new IllegalStateException("told to");
          }
          emit(Emission.of("echo of " + in.text()).about(0f, 1f, 0f).confidence(0.9).from(in));
        }

        @Override protected Future<JsonObject> onTask(Task task) {
          progress(task, 50, "half");
          return Future.succeededFuture(JsonObject.of("said", task.description()));
        }
      }
      """;

  @TempDir static Path agents;

  private static final Vertx VERTX = Vertx.vertx();
  private static final List<Integer> PORTS = FreePorts.some(3);
  private static final List<NodeProcess> NODES = new ArrayList<>();
  private final List<QisClient> clients = new ArrayList<>();

  @BeforeAll
  static void start() {
    AgentJar.of(TextStatistics.class, agents);
    AgentJar.compiled(agents, "Echo", ECHO);
    AgentJar.broken(agents, "broken.jar");
    NODES.add(NodeProcess.member(PORTS.get(0), PORTS));
    NODES.add(hosting());
    NODES.add(NodeProcess.member(PORTS.get(2), PORTS, "--roles", "gateway"));
    NODES.forEach(NodeProcess::awaitReady);
    eventually(
        "every node sees all",
        PATIENCE,
        () ->
            NODES.stream()
                .allMatch(node -> node.get("/api/mesh").json().getJsonArray("nodes").size() == 3));
  }

  private static NodeProcess hosting() {
    return NodeProcess.member(
        PORTS.get(1), PORTS, "--roles", "agents", "--agents-dir", agents.toString());
  }

  @AfterEach
  void leave() {
    clients.forEach(QisClient::close);
  }

  @AfterAll
  static void stop() {
    NODES.forEach(NodeProcess::close);
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  private QisClient connect(int port, String path) {
    QisClient client = QisClient.connect(VERTX, port, path);
    clients.add(client);
    return client;
  }

  /** A console of the node that has nothing but a gateway. */
  private QisClient watcher() {
    return connect(NODES.get(2).httpPort(), "/ws/agents").settle();
  }

  private static String spawn(String kind) {
    NodeProcess.Answer answer =
        NODES.get(0).post("/api/agents", JsonObject.of("kind", kind).encode());
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return answer.json().getString("agentId");
  }

  private static JsonObject status(QisClient console, String agentId, String status) {
    return console.next(
        one ->
            "agent_status".equals(one.getString("type"))
                && agentId.equals(one.getString("agentId"))
                && status.equals(one.getString("status")),
        agentId + " is " + status);
  }

  private static void stop(String agentId) {
    assertThat(NODES.get(0).delete("/api/agents/" + agentId, "{}").status()).isEqualTo(200);
  }

  @Test
  @Order(1)
  void anAgentOfAJarMadeHereIsRoutedToOnAnotherNode() {
    QisClient console = watcher();
    String echo = spawn("echo");
    status(console, echo, "starting");
    JsonObject idle = status(console, echo, "idle");
    assertThat(idle.getString("kind")).isEqualTo("echo");
    assertThat(idle.getJsonArray("capabilities")).isEqualTo(JsonArray.of("repeating"));
    assertThat(idle.getJsonObject("health").getValue("memory")).isNull();
    QisClient listener = connect(NODES.get(2).agentPort(), "/");
    listener.register("listener", 0, 1, 0);
    QisClient asker = connect(NODES.get(0).agentPort(), "/");
    asker.register("asker", 1, 0, 0);

    asker.send(outcome("hello"));

    assertThat(asker.next("outcome_ack").getJsonArray("routed_to")).isEqualTo(JsonArray.of(echo));
    JsonObject packet = listener.next("incoming_outcome").getJsonObject("packet");
    assertThat(packet.getString("source_agent")).isEqualTo(echo);
    assertThat(packet.getJsonObject("payload").getString("text")).isEqualTo("echo of hello");
    assertThat(packet.getInteger("hops")).isEqualTo(1);
    JsonObject active = status(console, echo, "active");
    assertThat(active.getJsonObject("mcpMetrics").getInteger("messagesProcessed")).isNotNull();
    stop(echo);
    status(console, echo, "offline");
    ThreeNodes.presence(console, "agent_left", echo);
  }

  private static JsonObject outcome(String text) {
    return JsonObject.of(
        "type",
        "outcome",
        "packet",
        JsonObject.of(
            "fingerprint", JsonArray.of(0, 0, 1), "payload", JsonObject.of("text", text)));
  }

  @Test
  @Order(2)
  void anAgentSpawnedBySocketIsPausedResumedRestartedAndStopped() {
    QisClient console = watcher();
    FlowClient asker = new FlowClient(connect(NODES.get(0).httpPort(), "/ws"));
    JsonObject spawned =
        asker.ask(FlowClient.message("agent_spawn").put("kind", "echo").put("name", "Ünal"));
    assertThat(spawned.getString("type")).as(spawned.encode()).isEqualTo("agent_spawned");
    String echo = spawned.getString("agentId");
    assertThat(status(console, echo, "idle").getString("name")).isEqualTo("Ünal");

    assertThat(control(asker, "pause", echo)).isEqualTo("paused");
    status(console, echo, "paused");
    QisClient emitter = connect(NODES.get(0).agentPort(), "/");
    emitter.register("emitter", 1, 0, 0);
    emitter.send(outcome("nobody hears it"));
    assertThat(emitter.next("outcome_ack").getInteger("matches_found")).isZero();
    assertThat(control(asker, "resume", echo)).isEqualTo("idle");
    status(console, echo, "idle");
    assertThat(control(asker, "restart", echo)).isEqualTo("starting");
    status(console, echo, "starting");
    status(console, echo, "idle");
    assertThat(control(asker, "stop", echo)).isEqualTo("offline");
    assertThat(status(console, echo, "offline").getString("reason")).isEqualTo("it was stopped");
    asker.refused(
        FlowClient.message("agent_control").put("action", "pause").put("agentId", echo),
        "AGENT_NOT_FOUND");
  }

  private static String control(FlowClient asker, String action, String agentId) {
    JsonObject done =
        asker.ask(
            FlowClient.message("agent_control").put("action", action).put("agentId", agentId));
    assertThat(done.getString("type")).as(done.encode()).isEqualTo("agent_controlled");
    return done.getString("status");
  }

  @Test
  @Order(3)
  void anAgentSpawnedByMcpOnThatNodeIsPausedResumedAndStopped() {
    QisClient console = watcher();
    String node = NODES.get(1).get("/api/mesh").json().getString("node");
    try (McpSyncClient host = host()) {
      host.initialize();
      JsonObject spawned =
          call(host, "agent_spawn", Map.of("kind", "echo", "name", "Zoë", "node", node));
      assertThat(spawned.getString("node")).as(spawned.encode()).isEqualTo(node);
      String echo = spawned.getString("agent_id");
      assertThat(status(console, echo, "idle").getString("name")).isEqualTo("Zoë");

      assertThat(control(host, "pause", echo).getString("status")).isEqualTo("paused");
      status(console, echo, "paused");
      assertThat(control(host, "resume", echo).getString("status")).isEqualTo("idle");
      status(console, echo, "idle");
      assertThat(control(host, "stop", echo).getString("status")).isEqualTo("offline");
      assertThat(status(console, echo, "offline").getString("reason")).isEqualTo("it was stopped");
      assertThat(control(host, "pause", echo).getString("refusal")).contains("AGENT_NOT_FOUND");
      String elsewhere = NODES.get(2).get("/api/mesh").json().getString("node");
      assertThat(
              call(host, "agent_spawn", Map.of("kind", "echo", "node", elsewhere))
                  .getString("refusal"))
          .contains("a node that runs agents");
    }
  }

  private static McpSyncClient host() {
    String url = "http://127.0.0.1:" + NODES.get(0).httpPort();
    return McpClient.sync(
            HttpClientStreamableHttpTransport.builder(url)
                .endpoint("/mcp")
                .jsonMapper(new JacksonMcpJsonMapper(new ObjectMapper()))
                .build())
        .requestTimeout(PATIENCE)
        .jsonSchemaValidator(new DefaultJsonSchemaValidator())
        .build();
  }

  private static JsonObject control(McpSyncClient host, String action, String agentId) {
    return call(host, "agent_control", Map.of("action", action, "agent_id", agentId));
  }

  /** What a tool gives; where it refuses, that alone. */
  private static JsonObject call(McpSyncClient host, String tool, Map<String, Object> arguments) {
    CallToolResult result =
        host.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
    return Boolean.TRUE.equals(result.isError())
        ? JsonObject.of("refusal", result.content().toString())
        : JsonObject.mapFrom(result.structuredContent());
  }

  @Test
  @Order(4)
  void anAgentThatFailsTimeAndAgainIsStartedAnew() {
    QisClient console = watcher();
    String echo = spawn("echo");
    status(console, echo, "idle");
    QisClient emitter = connect(NODES.get(0).agentPort(), "/");
    emitter.register("emitter", 1, 0, 0);
    for (int i = 0; i < 5; i++) {
      emitter.send(outcome("fail"));
      assertThat(emitter.next("outcome_ack").getInteger("matches_found")).isEqualTo(1);
    }
    JsonObject failing = status(console, echo, "failing");
    assertThat(failing.getString("reason")).contains("5 calls failed in a row").contains("told to");
    assertThat(failing.getJsonObject("mcpMetrics").getDouble("errorRate")).isEqualTo(1.0);
    JsonObject failure =
        console.next(one -> "AGENT_FAILURE".equals(one.getString("code")), "the failure");
    assertThat(failure.getJsonObject("details").getString("agentId")).isEqualTo(echo);
    status(console, echo, "starting");
    status(console, echo, "idle");
    stop(echo);
  }

  @Test
  @Order(5)
  void theExamplesDoWhatTheySay() {
    QisClient console = watcher();
    String counter = spawn("text-statistics");
    status(console, counter, "idle");
    JsonObject task =
        NODES
            .get(0)
            .post(
                "/api/tasks",
                "{\"description\":\"count\",\"kind\":\"text-statistics\","
                    + "\"input\":{\"text\":\"one two two\"}}")
            .json();
    JsonObject done =
        NODES.get(0).get("/api/tasks/" + task.getString("taskId") + "?waitMs=5000").json();

    assertThat(done.getString("status")).as(done.encode()).isEqualTo("completed");
    assertThat(done.getString("agentId")).isEqualTo(counter);
    assertThat(done.getJsonObject("result").getInteger("words")).isEqualTo(3);
    stop(counter);
  }

  @Test
  @Order(6)
  void whatCannotBeStartedSaysWhy() {
    assertThat(NODES.get(1).output())
        .anyMatch(line -> line.contains("agents of broken.jar are left out"));
    NodeProcess.Answer unknown = NODES.get(0).post("/api/agents", "{\"kind\":\"poet\"}");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.json().getJsonObject("error").getString("message"))
        .isEqualTo(
            "kind: expected one of analyst, architect, coder, coordinator, documenter,"
                + " drift-detector, echo, optimizer, panel, researcher, reviewer, tester,"
                + " text-statistics, got poet");
  }

  @Test
  @Order(7)
  void agentsOfANodeThatIsKilledGoOfflineAndLeaveAndItCanHostAgain() {
    QisClient console = watcher();
    String echo = spawn("echo");
    status(console, echo, "idle");

    NODES.get(1).kill();

    assertThat(status(console, echo, "offline").getString("reason")).isEqualTo("its node was lost");
    ThreeNodes.presence(console, "agent_left", echo);
    eventually(
        "nobody knows it any more",
        PATIENCE,
        () -> NODES.get(2).get("/api/agents/" + echo).status() == 404);
    NODES.set(1, hosting().awaitReady());
    String another = spawn("echo");
    status(console, another, "idle");
    QisClient late = connect(NODES.get(2).httpPort(), "/ws/agents");
    status(late, another, "idle");
  }
}
