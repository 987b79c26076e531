/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.NpmServer;
import dev.starling.testkit.RecordedServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Swarms on two nodes, seen at the gateway of a third: the MCP project's reference server for real,
 * and what three swarm servers were recorded to say. The node that follows them is killed last.
 */
@TestMethodOrder(OrderAnnotation.class)
final class SwarmsClusterTest {
  private static final Duration NOTICED = Duration.ofSeconds(1);
  private static final String FLOW = "flow";
  private static final String EVERYTHING = "everything";

  /** What a researcher is for and a coder is not, in no word of what is said of either. */
  private static final String RESEARCH = "look up studies and literature about a question";

  @TempDir static Path folder;

  private static final RecordedServer FLOW_3 = new RecordedServer("claude-flow-3.43.0");
  private static final RecordedServer FLOW_2 = new RecordedServer("claude-flow-2.7.47");
  private static final RecordedServer RUV = new RecordedServer("ruv-swarm-1.0.20");

  @SuppressWarnings("NullAway.Init")
  private static SwarmNodes mesh;

  @BeforeAll
  static void start() {
    NpmServer everything = NpmServer.everything();
    mesh =
        new SwarmNodes(
            folder,
            new JsonObject()
                .put(FLOW, at(FLOW_3))
                .put("old", at(FLOW_2))
                .put("ruv", at(RUV))
                .put(
                    EVERYTHING,
                    JsonObject.of(
                        "command",
                        everything.command(),
                        "args",
                        new JsonArray(everything.arguments()),
                        "cwd",
                        folder.resolve(EVERYTHING).toString())));
    List.of(FLOW, "old", "ruv", EVERYTHING).forEach(mesh::awaitLive);
  }

  private static JsonObject at(RecordedServer server) {
    return JsonObject.of("port", server.port(), "tasks", 1);
  }

  @AfterAll
  static void stop() {
    mesh.close();
    List.of(FLOW_3, FLOW_2, RUV).forEach(RecordedServer::close);
  }

  @Test
  @Order(1)
  void aSwarmIsStartedAndItsAgentDoesATaskUnderTheIdsOfItsServer() {
    JsonObject started =
        mesh.post("/api/swarms", JsonObject.of("endpoint", FLOW, "topology", "mesh"));
    JsonObject initialized = mesh.event("swarm_initialized", FLOW);
    assertThat(initialized.getString("swarmId"))
        .startsWith("swarm-17")
        .isEqualTo(started.getJsonObject("swarm").getString("swarmId"));

    String scout = mesh.spawn("researcher", FLOW);
    JsonObject status = mesh.status(scout, "idle");
    assertThat(scout).startsWith("agent-17");
    assertThat(status.getString("swarmId")).isEqualTo(initialized.getString("swarmId"));
    assertThat(status.getString("kind")).isEqualTo("researcher");
    String smith = mesh.spawn("coder", FLOW);
    mesh.awaitFingerprints(scout, smith);
    mesh.assertFound(RESEARCH, scout, smith);
    mesh.assertFound("a program crashes, repair it", smith, scout);

    JsonObject done = doneByMeaning(RESEARCH);
    assertThat(done.getString("agentId")).isEqualTo(scout);
    String ofServer = new JsonObject(FLOW_3.callsOf("task_assign").getFirst()).getString("taskId");
    assertThat(done.getJsonObject("result").getString("taskId")).isEqualTo(ofServer);
    assertThat(mesh.task(ofServer, "completed").getDouble("progress")).isEqualTo(100);
  }

  /** A task that names nobody, once it is done. */
  private static JsonObject doneByMeaning(String description) {
    String taskId =
        mesh.post("/api/tasks", JsonObject.of("description", description)).getString("taskId");
    JsonObject done = awaitEnd(taskId);
    assertThat(done.getString("status")).as(done.encode()).isEqualTo("completed");
    return done;
  }

  private static JsonObject awaitEnd(String taskId) {
    String path = "/api/tasks/" + taskId;
    eventually(
        taskId + " ended",
        SwarmNodes.PATIENCE,
        () -> mesh.gateway().get(path).json().getValue("ended") != null);
    return mesh.gateway().get(path).json();
  }

  @Test
  @Order(2)
  void olderServersAreUnderstoodAndTakeNoTaskThatNobodyFollowsOrThatIsOnlyPlayed() {
    for (String swarm : List.of("old", "ruv")) {
      JsonObject started = mesh.post("/api/swarms", JsonObject.of("endpoint", swarm));
      assertThat(mesh.event("swarm_initialized", swarm).getString("swarmId"))
          .isEqualTo(started.getJsonObject("swarm").getString("swarmId"));
      String agent = mesh.spawn("researcher", swarm);
      assertThat(mesh.status(agent, swarm.equals("ruv") ? "idle" : "active").getString("backend"))
          .startsWith("mcp:");
      NodeProcess.Answer refused =
          mesh.gateway()
              .post(
                  "/api/tasks", JsonObject.of("description", "find it", "target", agent).encode());
      assertThat(refused.status()).as(refused.body()).isEqualTo(400);
      assertThat(refused.body()).contains("an agent that takes tasks");
    }
  }

  @Test
  @Order(3)
  void aServerThatIsKilledInTheMiddleOfACallIsMissedAtOnceAndTheCallIsMadeAgain() {
    NodeProcess follower = mesh.awaitLive(EVERYTHING);
    String taskId =
        mesh.post(
                "/api/tasks",
                JsonObject.of(
                    "description",
                    "take your time",
                    "target",
                    EVERYTHING,
                    "input",
                    JsonObject.of(
                        "tool",
                        "trigger-long-running-operation",
                        "arguments",
                        JsonObject.of("duration", 2, "steps", 2))))
            .getString("taskId");
    mesh.task(taskId, "assigned");
    eventually(
        "the call is sent",
        SwarmNodes.PATIENCE,
        () -> mesh.swarm(EVERYTHING).getJsonObject("calls").getInteger("sent") > 0);

    long killed = System.nanoTime();
    servers(follower).forEach(ProcessHandle::destroyForcibly);

    JsonObject failing = mesh.status(EVERYTHING, "failing");
    Duration noticed = Duration.ofNanos(System.nanoTime() - killed);
    Measured.note("a killed MCP server was missed after " + noticed.toMillis() + " ms");
    assertThat(noticed).isLessThan(NOTICED);
    assertThat(failing.getString("reason")).contains("exit code 137");
    assertThat(failing.getJsonObject("health").getBoolean("mcpConnected")).isFalse();
    mesh.event("mcp_reconnected", EVERYTHING);
    JsonObject done = awaitEnd(taskId);
    assertThat(done.getString("status")).as(done.encode()).isEqualTo("completed");
    assertThat(done.getInteger("attempt")).isEqualTo(2);
  }

  private static List<ProcessHandle> servers(NodeProcess follower) {
    List<ProcessHandle> servers =
        ProcessHandle.of(follower.pid()).orElseThrow().descendants().toList();
    assertThat(servers).isNotEmpty();
    return servers;
  }

  @Test
  @Order(4)
  void whenTheNodeThatFollowsASwarmIsLostAnotherGoesOnWithIt() {
    NodeProcess follower = mesh.awaitLive(EVERYTHING);
    String node = mesh.swarm(EVERYTHING).getString("node");
    List<ProcessHandle> servers = servers(follower);

    follower.kill();

    assertThat(mesh.status(EVERYTHING, "offline").getString("reason"))
        .isEqualTo("its node was lost");
    JsonObject back =
        mesh.console()
            .next(
                one ->
                    EVERYTHING.equals(one.getString("agentId"))
                        && "idle".equals(one.getString("status"))
                        && !node.equals(one.getString("node")),
                "it is idle on another node");
    assertThat(mesh.swarm(EVERYTHING).getString("node")).isEqualTo(back.getString("node"));
    eventually(
        "the lost node's server has ended",
        SwarmNodes.PATIENCE,
        () -> servers.stream().noneMatch(ProcessHandle::isAlive));
  }
}
