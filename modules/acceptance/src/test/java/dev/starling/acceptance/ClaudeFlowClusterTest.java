/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.NpmServer;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * claude-flow from npm, for real, as a swarm of the mesh; what the mesh says of it is held against
 * what a client of its own, on the same folder, is told.
 */
@EnabledIfSystemProperty(named = "starling.long", matches = "true")
final class ClaudeFlowClusterTest {
  private static final String FLOW = "flow";
  private static final String RESEARCH = "look up studies and literature about a question";
  private static final int MOST_TRIES = 5;

  private static final Set<String> OPEN = Set.of("pending", "in_progress");

  @TempDir private Path folder;

  @Test
  void aRealSwarmIsInTheMeshAsItsServerHasIt() {
    NpmServer claudeFlow = NpmServer.claudeFlow();
    Path state = folder.resolve("state");
    HeardCalls heard = new HeardCalls(folder.resolve("heard"));
    NpmServer followed = claudeFlow.heardIn(heard.file());
    JsonObject server =
        JsonObject.of(
            "command",
            followed.command(),
            "args",
            new JsonArray(followed.arguments()),
            "cwd",
            state.toString(),
            "tasks",
            1);
    try (SwarmNodes mesh = new SwarmNodes(folder, JsonObject.of(FLOW, server))) {
      NodeProcess follower = mesh.awaitLive(FLOW);
      try (McpSyncClient client = client(claudeFlow, state)) {
        client.initialize();
        String swarmId = startSwarm(mesh, client);
        String scout = mesh.spawn("researcher", FLOW);
        String smith = mesh.spawn("coder", FLOW);
        assertListed(mesh, client, List.of(scout, smith), swarmId);
        mesh.awaitFingerprints(scout, smith);
        mesh.assertFound(RESEARCH, scout, smith);
        assertCounted(mesh, client, swarmId);
        followTask(mesh, client, scout, heard);
        killAndGoOn(mesh, follower, client, List.of(scout, smith), heard);
      }
    }
  }

  /** What is told of its start is what its server says of it. */
  private static String startSwarm(SwarmNodes mesh, McpSyncClient client) {
    JsonObject started =
        mesh.post(
            "/api/swarms", JsonObject.of("endpoint", FLOW, "topology", "mesh", "maxAgents", 6));
    String swarmId = started.getJsonObject("swarm").getString("swarmId");
    JsonObject said = call(client, "swarm_status", Map.of("swarmId", swarmId));
    JsonObject told = mesh.event("swarm_initialized", FLOW);
    for (String word : List.of("swarmId", "topology", "maxAgents", "agentCount")) {
      assertThat(told.getValue(word)).as(word).isNotNull().isEqualTo(said.getValue(word));
    }
    assertThat(told.getString("swarmId")).isEqualTo(swarmId);
    assertThat(told.getString("topology")).isEqualTo("mesh");
    assertThat(told.getInteger("maxAgents")).isEqualTo(6);
    assertThat(told.getJsonArray("agents")).isEmpty();
    assertThat(told.getBoolean("mcpConnected")).isTrue();
    return swarmId;
  }

  private static void assertListed(
      SwarmNodes mesh, McpSyncClient client, List<String> agents, String swarmId) {
    List<JsonObject> listed = agents(client);
    assertThat(listed)
        .extracting(one -> one.getString("agentId"))
        .containsExactlyInAnyOrderElementsOf(agents);
    for (JsonObject row : listed) {
      JsonObject status = mesh.status(row.getString("agentId"), row.getString("status"));
      assertThat(status.getString("kind")).isEqualTo(row.getString("agentType"));
      assertThat(status.getString("swarmId")).isEqualTo(swarmId);
      assertThat(status.getJsonObject("health").getBoolean("mcpConnected")).isTrue();
      assertThat(status.getJsonObject("health").getInteger("taskQueue")).isZero();
      assertThat(status.getValue("currentTask")).isNull();
    }
  }

  /** The numbers on this side are the server's. */
  private static void assertCounted(SwarmNodes mesh, McpSyncClient client, String swarmId) {
    JsonObject said = call(client, "swarm_status", Map.of("swarmId", swarmId));
    eventually(
        "it is told that there are two agents",
        SwarmNodes.PATIENCE,
        () -> {
          JsonObject told = mesh.swarm(FLOW).getJsonObject("swarm");
          assertThat(told.getString("swarmId")).isEqualTo(said.getString("swarmId"));
          assertThat(told.getString("topology")).isEqualTo(said.getString("topology"));
          assertThat(told.getString("status")).isEqualTo(said.getString("status"));
          assertThat(told.getInteger("maxAgents")).isEqualTo(said.getInteger("maxAgents"));
          assertThat(told.getInteger("agentCount")).isEqualTo(said.getInteger("agentCount"));
          return told.getInteger("agentCount") == 2;
        });
  }

  /** It names nobody, and is about what the one is for and the other is not. */
  private static void followTask(
      SwarmNodes mesh, McpSyncClient client, String scout, HeardCalls heard) {
    String taskId =
        mesh.post("/api/tasks", JsonObject.of("description", RESEARCH)).getString("taskId");
    String ofServer = awaitOfServer(mesh, RESEARCH);
    JsonObject row = ThreeNodes.objects(tasks(client)).getFirst();
    assertThat(row.getString("taskId")).isEqualTo(ofServer);
    assertThat(row.getString("description")).isEqualTo(RESEARCH);
    assertThat(row.getJsonArray("assignedTo")).containsExactly(scout);
    assertBusy(mesh, client, scout, row);

    call(client, "task_update", Map.of("taskId", ofServer, "progress", 40));
    double said = task(client, ofServer).getDouble("progress");
    assertThat(said).isEqualTo(40);
    eventually(
        "it is as far as its server says",
        SwarmNodes.PATIENCE,
        () -> mesh.task(ofServer, "progressing").getDouble("progress") == said);
    long since = System.currentTimeMillis();
    long before = heard.about(scout);
    call(client, "task_complete", Map.of("taskId", ofServer, "result", Map.of("found", 3)));
    assertThat(mesh.task(ofServer, "completed").getDouble("progress"))
        .isEqualTo(task(client, ofServer).getDouble("progress"));
    mesh.task(taskId, "completed");
    JsonObject done = mesh.gateway().get("/api/tasks/" + taskId).json();
    assertThat(done.getJsonObject("result").getString("taskId")).isEqualTo(ofServer);
    assertThat(done.getDouble("progress")).isEqualTo(100);
    JsonObject free = assertFree(mesh, client, scout, since);
    assertMessages(free, before, heard.about(scout));
  }

  /** It is told to have the task that its server gave it, and as many as it has there. */
  private static void assertBusy(
      SwarmNodes mesh, McpSyncClient client, String agentId, JsonObject row) {
    long open = openTasks(client, agentId);
    assertThat(open).isEqualTo(1);
    JsonObject busy =
        mesh.latest(
            agentId,
            one ->
                one.getJsonObject("currentTask") != null
                    && row.getString("taskId")
                        .equals(one.getJsonObject("currentTask").getString("taskId"))
                    && one.getJsonObject("health").getLong("taskQueue") == open);
    assertThat(status(busy)).isEqualTo("active").isEqualTo(agent(client, agentId));
    assertThat(busy.getJsonObject("currentTask").getString("description"))
        .isEqualTo(row.getString("description"));
  }

  /** It is told to have no task, as its server says. */
  private static JsonObject assertFree(
      SwarmNodes mesh, McpSyncClient client, String agentId, long since) {
    JsonObject free =
        mesh.latest(
            agentId, one -> one.getLong("timestamp") >= since && "idle".equals(status(one)));
    assertThat(agent(client, agentId)).isEqualTo("idle");
    assertThat(free.getValue("currentTask")).isNull();
    assertThat(free.getJsonObject("health").getLong("taskQueue"))
        .isEqualTo(openTasks(client, agentId));
    return free;
  }

  /** As many are told as the server was sent about the agent by then; one may be on its way. */
  private static void assertMessages(JsonObject status, long before, long after) {
    JsonObject metrics = status.getJsonObject("mcpMetrics");
    assertThat(before).isGreaterThan(1);
    assertThat(metrics.getLong("messagesProcessed")).isBetween(before - 1, after);
    assertThat(metrics.getLong("responsesGenerated"))
        .isEqualTo(metrics.getLong("messagesProcessed"));
    assertThat(metrics.getDouble("errorRate")).isZero();
  }

  private static String status(JsonObject of) {
    return of.getString("status");
  }

  private static List<JsonObject> agents(McpSyncClient client) {
    return ThreeNodes.objects(call(client, "agent_list", Map.of()).getJsonArray("agents"));
  }

  /** The server's word for how an agent is. */
  private static String agent(McpSyncClient client, String agentId) {
    return status(call(client, "agent_status", Map.of("agentId", agentId)));
  }

  private static long openTasks(McpSyncClient client, String agentId) {
    return ThreeNodes.objects(tasks(client)).stream()
        .filter(task -> OPEN.contains(status(task)))
        .filter(task -> task.getJsonArray("assignedTo").contains(agentId))
        .count();
  }

  private static JsonObject task(McpSyncClient client, String taskId) {
    return call(client, "task_status", Map.of("taskId", taskId));
  }

  private static JsonArray tasks(McpSyncClient client) {
    return call(client, "task_list", Map.of()).getJsonArray("tasks");
  }

  /**
   * The server is killed when it was sent the call that spawns an agent and has a task: that it is
   * away is known at once, who wanted the agent hears that there is none, and afterwards the mesh
   * has what the server has, the task among it.
   */
  private static void killAndGoOn(
      SwarmNodes mesh,
      NodeProcess follower,
      McpSyncClient client,
      List<String> agents,
      HeardCalls heard) {
    String scout = agents.getFirst();
    String taskId =
        mesh.post("/api/tasks", JsonObject.of("description", "find more", "target", scout))
            .getString("taskId");
    String ofServer = awaitOfServer(mesh, "find more");
    CompletableFuture<NodeProcess.Answer> spawning = holdInSpawn(mesh, follower, heard);
    assertThat(mesh.console().pending()).noneMatch(one -> "failing".equals(status(one)));
    long killed = System.nanoTime();
    family(follower).forEach(ProcessHandle::destroyForcibly);
    JsonObject failing = mesh.status(scout, "failing");
    Duration noticed = Duration.ofNanos(System.nanoTime() - killed);
    Measured.note("a killed claude-flow was missed after " + noticed.toMillis() + " ms");
    assertThat(noticed).isLessThan(Duration.ofSeconds(1));
    assertThat(failing.getJsonObject("health").getBoolean("mcpConnected")).isFalse();

    NodeProcess.Answer refused = spawning.join();
    assertThat(refused.status()).as(refused.body()).isEqualTo(503);
    assertThat(refused.body()).contains("swarm flow: its process ended");
    mesh.event("mcp_reconnected", FLOW);
    assertHas(mesh, client, agents);
    List<String> three = new ArrayList<>(agents);
    three.add(mesh.spawn("tester", FLOW));
    assertHas(mesh, client, three);
    call(client, "task_complete", Map.of("taskId", ofServer));
    mesh.task(ofServer, "completed");
    mesh.task(taskId, "completed");
  }

  /** Both the server and the mesh have these agents and no other. */
  private static void assertHas(SwarmNodes mesh, McpSyncClient client, List<String> agents) {
    eventually(
        "the mesh has " + agents,
        SwarmNodes.PATIENCE,
        () ->
            "live".equals(mesh.swarm(FLOW).getString("state"))
                && ids(mesh.swarm(FLOW).getJsonArray("agents")).equals(Set.copyOf(agents)));
    assertThat(agents(client))
        .extracting(one -> one.getString("agentId"))
        .containsExactlyInAnyOrderElementsOf(agents);
  }

  /**
   * Stops the server and asks for an agent: its answer cannot come before the server goes on. Where
   * another call was under way, that it is stopped at is let go on, and it is tried again.
   */
  private static CompletableFuture<NodeProcess.Answer> holdInSpawn(
      SwarmNodes mesh, NodeProcess follower, HeardCalls heard) {
    String body = JsonObject.of("kind", "tester", "swarm", FLOW).encode();
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      signal("STOP", follower);
      int before = heard.of("agent_spawn").size();
      CompletableFuture<NodeProcess.Answer> asked =
          CompletableFuture.supplyAsync(
              () -> mesh.gateway().post("/api/agents", body), Thread::startVirtualThread);
      eventually(
          "the call is sent, or late",
          SwarmNodes.PATIENCE,
          () -> asked.isDone() || heard.of("agent_spawn").size() > before);
      if (!asked.isDone()) {
        return asked;
      }
      signal("CONT", follower);
    }
    throw new AssertionError("another call was always under way");
  }

  /** Signals the server, but not what writes down what the server is sent. */
  private static void signal(String name, NodeProcess follower) {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    family(follower)
        .filter(one -> one.info().command().map(path -> path.endsWith("/node")).orElse(false))
        .map(one -> Long.toString(one.pid()))
        .forEach(command::add);
    assertThat(command).hasSizeGreaterThan(2);
    try {
      assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Stream<ProcessHandle> family(NodeProcess follower) {
    return ProcessHandle.of(follower.pid()).orElseThrow().descendants();
  }

  private static String awaitOfServer(SwarmNodes mesh, String description) {
    List<String> found = new ArrayList<>();
    eventually(
        "the server has the task",
        SwarmNodes.PATIENCE,
        () -> {
          ThreeNodes.objects(mesh.swarm(FLOW).getJsonArray("tasks")).stream()
              .filter(task -> description.equals(task.getString("description")))
              .map(task -> task.getString("taskId"))
              .forEach(found::add);
          return !found.isEmpty();
        });
    return found.getFirst();
  }

  private static Set<String> ids(JsonArray agents) {
    return ThreeNodes.objects(agents).stream()
        .map(agent -> agent.getString("agentId"))
        .collect(Collectors.toSet());
  }

  private static McpSyncClient client(NpmServer server, Path folder) {
    String command = "cd \"$0\" && exec \"$@\"";
    ServerParameters shell =
        ServerParameters.builder("sh")
            .args(
                Stream.concat(
                        Stream.of("-c", command, folder.toString(), server.command()),
                        server.arguments().stream())
                    .toList())
            .build();
    return McpClient.sync(new StdioClientTransport(shell, McpJsonDefaults.getMapper()))
        .requestTimeout(SwarmNodes.PATIENCE)
        .build();
  }

  private static JsonObject call(McpSyncClient client, String tool, Map<String, Object> arguments) {
    var result = client.callTool(CallToolRequest.builder(tool).arguments(arguments).build());
    return new JsonObject(((TextContent) result.content().getFirst()).text());
  }
}
