/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.agent.examples.TextStatistics;
import dev.starling.testkit.AgentJar;
import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
 * watched on a third, which is to tell each thing that becomes of them, in order, and nothing else.
 * The node is killed last, and started again.
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

  /** What the examples are about, in their own words. */
  private static final String COUNTING = "counting words and sentences, word frequencies of a text";

  private static final String DRIFT =
      "measurements, metrics and latencies that are unusual or drift";
  private static final String ASKING = "asking several experts for their opinion";

  private static final Vertx VERTX = Vertx.vertx();
  private static final List<Integer> PORTS = FreePorts.some(3);
  private static final List<NodeProcess> NODES = new ArrayList<>();

  /** What each agent was, in order, as far as that is over. */
  private static final Map<String, List<String>> LIVES = new HashMap<>();

  /** Somebody at the node that has nothing but a gateway, from the first agent on. */
  @SuppressWarnings("NullAway.Init")
  private static StatusWatch watch;

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
    watch = new StatusWatch(VERTX, NODES.get(2).httpPort());
  }

  private static NodeProcess hosting() {
    return NodeProcess.member(
        PORTS.get(1), PORTS, "--roles", "agents", "--agents-dir", agents.toString());
  }

  /**
   * An example agent in use.
   *
   * @param kind its kind
   * @param route lets an outcome of what it is about reach whom it may; their ids
   * @param work has the agent of this id do what it is for
   */
  private record Example(String kind, Supplier<List<String>> route, Consumer<String> work) {}

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

  private static AgentHands rest() {
    return new AgentHands.Rest(NODES.get(0));
  }

  private AgentHands socket() {
    return new AgentHands.Socket(new FlowClient(connect(NODES.get(0).httpPort(), "/ws")));
  }

  /** An agent on a socket that is about something, once its text is understood. */
  private QisClient about(String agentId, String profile) {
    QisClient client = connect(NODES.get(0).agentPort(), "/");
    JsonObject register =
        JsonObject.of("type", "register", "agent_id", agentId, "profile", profile);
    eventually(
        agentId + " is registered",
        PATIENCE,
        () -> {
          client.send(register);
          JsonObject answer =
              client.next(
                  one -> "registered".equals(one.getString("type")) || one.containsKey("code"),
                  "an answer");
          assertThat(answer.getString("code", "UNAVAILABLE")).isEqualTo("UNAVAILABLE");
          return "registered".equals(answer.getString("type"));
        });
    return client;
  }

  private static List<String> emit(QisClient emitter, JsonObject payload) {
    emitter.send(JsonObject.of("type", "outcome", "packet", JsonObject.of("payload", payload)));
    return ThreeNodes.named(emitter.next("outcome_ack"));
  }

  /** Counts the words of a text that it is given by REST. */
  private Example counting() {
    QisClient editor = about("editor", COUNTING);
    JsonObject task =
        JsonObject.of(
            "description",
            "count",
            "kind",
            "text-statistics",
            "input",
            JsonObject.of("text", "one two two"));
    return new Example(
        "text-statistics",
        () -> emit(editor, JsonObject.of("draft", 1)),
        counter -> {
          JsonObject given = NODES.get(0).post("/api/tasks", task.encode()).json();
          String path = "/api/tasks/" + given.getString("taskId") + "?waitMs=9000";
          JsonObject done = NODES.get(0).get(path).json();
          assertThat(done.getString("status")).as(done.encode()).isEqualTo("completed");
          assertThat(done.getString("agentId")).isEqualTo(counter);
          assertThat(done.getJsonObject("result").getInteger("words")).isEqualTo(3);
          assertThat(done.getJsonObject("result").getInteger("distinct")).isEqualTo(2);
        });
  }

  /** Tells an agent on the third node of the one measurement that is far from the others. */
  private Example drifting() {
    QisClient sensor = about("sensor", DRIFT);
    QisClient operator = connect(NODES.get(2).agentPort(), "/");
    operator.send(JsonObject.of("type", "register", "agent_id", "operator", "profile", DRIFT));
    operator.next("registered");
    return new Example(
        "drift-detector",
        () -> emit(sensor, JsonObject.of("note", "all is well")),
        detector -> {
          for (int i = 0; i < 12; i++) {
            assertThat(emit(sensor, JsonObject.of("value", 10 + i % 2))).contains(detector);
          }
          assertThat(emit(sensor, JsonObject.of("value", 1_000))).contains(detector);
          JsonObject packet =
              operator
                  .next(
                      one ->
                          "incoming_outcome".equals(one.getString("type"))
                              && detector.equals(
                                  one.getJsonObject("packet").getString("source_agent")),
                      "an outcome of " + detector)
                  .getJsonObject("packet");
          assertThat(packet.getInteger("hops")).isEqualTo(1);
          assertThat(packet.getJsonObject("payload").getInteger("value")).isEqualTo(1_000);
          assertThat(packet.getJsonObject("payload").getDouble("usual")).isBetween(10.0, 11.0);
          assertThat(packet.getJsonObject("payload").getDouble("deviations")).isGreaterThan(4);
        });
  }

  /** Asks the only agent that is about the question, which a host of MCP puts to it. */
  private static Example asking(AgentHands.Mcp host, String expert) {
    host.call("mesh_register", Map.of("name", "Zoë"));
    return new Example(
        "panel",
        () ->
            ThreeNodes.strings(
                host.call("outcome_emit", Map.of("payload", "who knows?", "profile", ASKING))
                    .getJsonArray("routed_to")),
        panel -> {
          JsonObject task =
              host.call("task_submit", Map.of("description", COUNTING, "kind", "panel"));
          JsonObject done =
              host.call(
                  "task_status", Map.of("task_id", task.getString("task_id"), "wait_ms", 9_000));
          assertThat(done.getString("status")).as(done.encode()).isEqualTo("completed");
          assertThat(done.getString("agent_id")).isEqualTo(panel);
          List<JsonObject> opinions =
              ThreeNodes.objects(done.getJsonObject("result").getJsonArray("opinions"));
          assertThat(opinions).as(done.encode()).hasSize(1);
          assertThat(opinions.getFirst().getString("agent")).isEqualTo(expert);
          assertThat(opinions.getFirst().getJsonObject("answer").getInteger("words")).isEqualTo(9);
        });
  }

  /** Spawns an agent, which becomes idle on the node that has its jar. */
  private static String begins(AgentHands hands, String kind) {
    watch.awaitRoom();
    String agentId = hands.spawn(kind, "Ünal");
    watch.becomes(agentId, "starting");
    JsonObject idle = watch.becomes(agentId, "idle");
    assertThat(idle.getString("kind")).isEqualTo(kind);
    assertThat(idle.getString("name")).isEqualTo("Ünal");
    assertThat(idle.getString("node")).isEqualTo(nodeId(1));
    return agentId;
  }

  private static String nodeId(int place) {
    return NODES.get(place).get("/api/mesh").json().getString("node");
  }

  /** It is reached and does what it is for, whereby it becomes active. */
  private static void use(Example example, String agentId) {
    assertThat(example.route().get()).contains(agentId);
    example.work().accept(agentId);
    watch.becomes(agentId, "active");
  }

  private static void stop(AgentHands hands, String agentId) {
    assertThat(hands.control("stop", agentId)).isEqualTo("offline");
    assertThat(watch.becomes(agentId, "offline").getString("reason")).isEqualTo("it was stopped");
    watch.leaves(agentId);
    assertThat(hands.control("pause", agentId)).contains("AGENT_NOT_FOUND");
  }

  private static void lived(String agentId, String... statuses) {
    assertThat(watch.statuses(agentId)).containsExactly(statuses);
    LIVES.put(agentId, List.of(statuses));
  }

  /** From its start to its end, with everything between that somebody may do to it. */
  private static void live(AgentHands hands, Example example) {
    String agentId = begins(hands, example.kind());
    assertThat(hands.control("pause", agentId)).isEqualTo("paused");
    watch.becomes(agentId, "paused");
    assertThat(example.route().get()).doesNotContain(agentId);
    assertThat(hands.control("resume", agentId)).isEqualTo("idle");
    watch.becomes(agentId, "idle");
    use(example, agentId);
    watch.awaitRoom();
    assertThat(hands.control("restart", agentId)).isEqualTo("starting");
    watch.becomes(agentId, "starting");
    watch.becomes(agentId, "idle");
    use(example, agentId);
    stop(hands, agentId);
    lived(
        agentId,
        "starting",
        "idle",
        "paused",
        "idle",
        "active",
        "starting",
        "idle",
        "active",
        "offline");
  }

  @Test
  @Order(1)
  void anAgentOfAJarMadeHereIsRoutedToOnAnotherNode() {
    String echo = begins(rest(), "echo");
    JsonObject idle = NODES.get(2).get("/api/agents/" + echo).json().getJsonObject("state");
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
    JsonObject active = watch.becomes(echo, "active");
    assertThat(active.getJsonObject("mcpMetrics").getInteger("messagesProcessed")).isNotNull();
    stop(rest(), echo);
    lived(echo, "starting", "idle", "active", "offline");
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
  void anExampleSpawnedByRestLivesAsItIsTold() {
    live(rest(), counting());
  }

  @Test
  @Order(3)
  void anExampleSpawnedBySocketLivesAsItIsTold() {
    live(socket(), drifting());
  }

  @Test
  @Order(4)
  void anExampleSpawnedByMcpLivesAsItIsTold() {
    try (AgentHands.Mcp host = AgentHands.Mcp.at(NODES.get(0))) {
      String expert = begins(host, "text-statistics");
      live(host, asking(host, expert));
      watch.becomes(expert, "active");
      stop(host, expert);
      lived(expert, "starting", "idle", "active", "offline");
      JsonObject nowhere = host.ask("agent_spawn", Map.of("kind", "panel", "node", nodeId(2)));
      assertThat(nowhere.getString("refusal")).contains("a node that runs agents");
    }
  }

  @Test
  @Order(5)
  void anAgentThatFailsTimeAndAgainIsStartedAnew() {
    QisClient console = connect(NODES.get(2).httpPort(), "/ws/agents").settle();
    String echo = begins(rest(), "echo");
    QisClient emitter = connect(NODES.get(0).agentPort(), "/");
    emitter.register("emitter", 1, 0, 0);
    fail(emitter, 1);
    watch.becomes(echo, "active");
    fail(emitter, 4);
    JsonObject failing = watch.becomes(echo, "failing");
    assertThat(failing.getString("reason")).contains("5 calls failed in a row").contains("told to");
    assertThat(failing.getJsonObject("mcpMetrics").getDouble("errorRate")).isEqualTo(1.0);
    JsonObject failure =
        console.next(one -> "AGENT_FAILURE".equals(one.getString("code")), "the failure");
    assertThat(failure.getJsonObject("details").getString("agentId")).isEqualTo(echo);
    watch.becomes(echo, "starting");
    watch.becomes(echo, "idle");
    stop(rest(), echo);
    lived(echo, "starting", "idle", "active", "failing", "starting", "idle", "offline");
  }

  private static void fail(QisClient emitter, int times) {
    for (int i = 0; i < times; i++) {
      emitter.send(outcome("fail"));
      assertThat(emitter.next("outcome_ack").getInteger("matches_found")).isEqualTo(1);
    }
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
    try (AgentHands.Mcp host = AgentHands.Mcp.at(NODES.get(0))) {
      List<String> lost =
          List.of(
              begins(rest(), "text-statistics"),
              begins(socket(), "drift-detector"),
              begins(host, "panel"),
              begins(rest(), "echo"));

      NODES.get(1).kill();

      for (String agentId : lost) {
        assertThat(watch.becomes(agentId, "offline").getString("reason"))
            .isEqualTo("its node was lost");
        watch.leaves(agentId);
        eventually(
            "nobody knows it any more",
            PATIENCE,
            () -> NODES.get(2).get("/api/agents/" + agentId).status() == 404);
        lived(agentId, "starting", "idle", "offline");
      }
      NODES.set(1, hosting().awaitReady());
      String counter = begins(rest(), "text-statistics");
      use(counting(), counter);
      String detector = begins(socket(), "drift-detector");
      use(drifting(), detector);
      use(asking(host, counter), begins(host, "panel"));
      QisClient late = connect(NODES.get(2).httpPort(), "/ws/agents");
      JsonObject told =
          late.next(one -> detector.equals(one.getString("agentId")), "how " + detector + " is");
      assertThat(told.getString("status")).isEqualTo("active");
    }
  }

  /** Nor anything more of those whose lives were over long ago. */
  @Test
  @Order(8)
  void nothingElseWasTold() {
    assertThat(LIVES).hasSizeGreaterThan(8);
    LIVES.forEach(
        (agentId, statuses) -> assertThat(watch.statuses(agentId)).as(agentId).isEqualTo(statuses));
  }
}
