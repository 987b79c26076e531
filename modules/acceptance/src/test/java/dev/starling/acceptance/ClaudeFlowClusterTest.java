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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  @TempDir private Path folder;

  @Test
  void aRealSwarmIsInTheMeshAsItsServerHasIt() {
    NpmServer claudeFlow = NpmServer.claudeFlow();
    Path state = folder.resolve("state");
    JsonObject server =
        JsonObject.of(
            "command",
            claudeFlow.command(),
            "args",
            new JsonArray(claudeFlow.arguments()),
            "cwd",
            state.toString(),
            "tasks",
            1);
    try (SwarmNodes mesh = new SwarmNodes(folder, JsonObject.of(FLOW, server))) {
      NodeProcess follower = mesh.awaitLive(FLOW);
      String swarmId = startSwarm(mesh);
      String scout = mesh.spawn("researcher", FLOW);
      String smith = mesh.spawn("coder", FLOW);
      try (McpSyncClient client = client(claudeFlow, state)) {
        client.initialize();
        assertListed(mesh, client, List.of(scout, smith), swarmId);
        assertCounted(mesh, client, swarmId);
        followTask(mesh, client, scout);
        killAndGoOn(mesh, follower, client, scout);
      }
    }
  }

  private static String startSwarm(SwarmNodes mesh) {
    JsonObject started =
        mesh.post(
            "/api/swarms", JsonObject.of("endpoint", FLOW, "topology", "mesh", "maxAgents", 6));
    String swarmId = started.getJsonObject("swarm").getString("swarmId");
    assertThat(mesh.event("swarm_initialized", FLOW).getString("swarmId")).isEqualTo(swarmId);
    return swarmId;
  }

  private static void assertListed(
      SwarmNodes mesh, McpSyncClient client, List<String> agents, String swarmId) {
    JsonArray listed = call(client, "agent_list", Map.of()).getJsonArray("agents");
    assertThat(ThreeNodes.objects(listed))
        .extracting(one -> one.getString("agentId"))
        .containsExactlyInAnyOrderElementsOf(agents);
    for (JsonObject row : ThreeNodes.objects(listed)) {
      JsonObject status = mesh.status(row.getString("agentId"), row.getString("status"));
      assertThat(status.getString("kind")).isEqualTo(row.getString("agentType"));
      assertThat(status.getString("swarmId")).isEqualTo(swarmId);
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

  private static void followTask(SwarmNodes mesh, McpSyncClient client, String scout) {
    String taskId =
        mesh.post("/api/tasks", JsonObject.of("description", "find it", "target", scout))
            .getString("taskId");
    mesh.status(scout, "active");
    String ofServer = awaitOfServer(mesh, "find it");
    JsonObject row = ThreeNodes.objects(tasks(client)).getFirst();
    assertThat(row.getString("taskId")).isEqualTo(ofServer);
    assertThat(row.getString("description")).isEqualTo("find it");
    assertThat(row.getJsonArray("assignedTo")).containsExactly(scout);

    call(client, "task_update", Map.of("taskId", ofServer, "progress", 40));
    eventually(
        "it is at 40 per cent",
        SwarmNodes.PATIENCE,
        () -> mesh.task(ofServer, "progressing").getDouble("progress") == 40);
    call(client, "task_complete", Map.of("taskId", ofServer, "result", Map.of("found", 3)));
    mesh.task(ofServer, "completed");
    mesh.task(taskId, "completed");
    JsonObject done = mesh.gateway().get("/api/tasks/" + taskId).json();
    assertThat(done.getJsonObject("result").getString("taskId")).isEqualTo(ofServer);
    assertThat(done.getDouble("progress")).isEqualTo(100);
  }

  private static JsonArray tasks(McpSyncClient client) {
    return call(client, "task_list", Map.of()).getJsonArray("tasks");
  }

  /**
   * The server is killed while it spawns an agent and has a task: that it is away is known at once,
   * and afterwards the mesh has what the server has, the task among it.
   */
  private static void killAndGoOn(
      SwarmNodes mesh, NodeProcess follower, McpSyncClient client, String scout) {
    String taskId =
        mesh.post("/api/tasks", JsonObject.of("description", "find more", "target", scout))
            .getString("taskId");
    String ofServer = awaitOfServer(mesh, "find more");
    Thread spawning =
        Thread.startVirtualThread(() ->
            mesh.gateway()
                .post("/api/agents", JsonObject.of("kind", "tester", "swarm", FLOW).encode()));
    long killed = System.nanoTime();
    ProcessHandle.of(follower.pid())
        .orElseThrow()
        .descendants()
        .forEach(ProcessHandle::destroyForcibly);
    JsonObject failing = mesh.status(scout, "failing");
    Duration noticed = Duration.ofNanos(System.nanoTime() - killed);
    Measured.note("a killed claude-flow was missed after " + noticed.toMillis() + " ms");
    assertThat(noticed).isLessThan(Duration.ofSeconds(1));
    assertThat(failing.getJsonObject("health").getBoolean("mcpConnected")).isFalse();

    mesh.event("mcp_reconnected", FLOW);
    await(spawning);
    eventually(
        "the mesh has the agents that the server has",
        SwarmNodes.PATIENCE,
        () ->
            ids(mesh.swarm(FLOW).getJsonArray("agents"))
                .equals(ids(call(client, "agent_list", Map.of()).getJsonArray("agents"))));
    call(client, "task_complete", Map.of("taskId", ofServer));
    mesh.task(ofServer, "completed");
    mesh.task(taskId, "completed");
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

  private static void await(Thread thread) {
    try {
      thread.join(SwarmNodes.PATIENCE);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
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
