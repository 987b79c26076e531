/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A node with a gateway, and two others that may follow the MCP servers of one file. */
final class SwarmNodes implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Vertx vertx = Vertx.vertx();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final QisClient console;

  /**
   * Starts them.
   *
   * @param folder where the file is written
   * @param servers by name, as in such a file
   */
  SwarmNodes(Path folder, JsonObject servers) {
    String file = write(folder, servers);
    List<Integer> ports = FreePorts.some(3);
    nodes.add(NodeProcess.member(ports.get(0), ports).awaitReady());
    console = QisClient.connect(vertx, gateway().httpPort(), "/ws/agents").settle();
    for (int port : ports.subList(1, 3)) {
      nodes.add(
          NodeProcess.member(port, ports, "--roles", "agents", "--set", "swarms.file=" + file));
    }
    nodes.forEach(NodeProcess::awaitReady);
  }

  private static String write(Path folder, JsonObject servers) {
    Path file = folder.resolve("mcp.json");
    try {
      Files.writeString(file, JsonObject.of("mcpServers", servers).encode());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toString();
  }

  NodeProcess gateway() {
    return nodes.getFirst();
  }

  /** A client that watches at the gateway. */
  QisClient console() {
    return console;
  }

  /** The next status of an agent that is so. */
  JsonObject status(String agentId, String status) {
    return console.next(
        one ->
            "agent_status".equals(one.getString("type"))
                && agentId.equals(one.getString("agentId"))
                && status.equals(one.getString("status")),
        agentId + " is " + status);
  }

  /** Waits until what was told last of an agent fits. */
  JsonObject latest(String agentId, Predicate<JsonObject> fits) {
    List<JsonObject> last = new ArrayList<>();
    eventually(
        "it is told so of " + agentId,
        PATIENCE,
        () -> {
          last.clear();
          console.pending().stream()
              .filter(one -> "agent_status".equals(one.getString("type")))
              .filter(one -> agentId.equals(one.getString("agentId")))
              .reduce((former, latter) -> latter)
              .ifPresent(last::add);
          assertThat(last).as(last.toString()).allMatch(fits);
          return !last.isEmpty();
        });
    return last.getFirst();
  }

  /** What the next system event of this name says, of this swarm. */
  JsonObject event(String name, String swarm) {
    return console
        .next(
            one ->
                name.equals(one.getString("event"))
                    && swarm.equals(one.getJsonObject("data").getString("swarm")),
            name + " of " + swarm)
        .getJsonObject("data");
  }

  /** How far a task was told to be next, in this status. */
  JsonObject task(String taskId, String status) {
    return console.next(
        one ->
            "task_progress".equals(one.getString("type"))
                && taskId.equals(one.getString("taskId"))
                && status.equals(one.getString("status")),
        taskId + " is " + status);
  }

  JsonObject post(String path, JsonObject body) {
    NodeProcess.Answer answer = gateway().post(path, body.encode());
    assertThat(answer.status()).as(answer.body()).isBetween(200, 201);
    return answer.json();
  }

  /** A swarm with its agents and tasks, as any gateway shows it. */
  JsonObject swarm(String name) {
    return gateway().get("/api/swarms/" + name).json();
  }

  /** Waits until a swarm's server answers, and gives the node that follows it. */
  NodeProcess awaitLive(String name) {
    eventually(name + " is live", PATIENCE, () -> "live".equals(swarm(name).getString("state")));
    return follower(name).orElseThrow();
  }

  private Optional<NodeProcess> follower(String name) {
    String id = swarm(name).getString("node");
    return nodes.stream()
        .filter(NodeProcess::isAlive)
        .filter(node -> node.get("/api/mesh").json().getString("node").equals(id))
        .findFirst();
  }

  /** Waits until tasks find agents by what these are. */
  void awaitFingerprints(String... agentIds) {
    eventually(
        "they have fingerprints of what they are",
        PATIENCE,
        () -> Stream.of(agentIds).allMatch(agentId -> dimension(agentId) > 0));
  }

  /** Of what words mean, an agent is found and another is not. */
  void assertFound(String words, String near, String far) {
    try (QisClient asker = QisClient.connect(vertx, gateway().agentPort(), "/")) {
      asker.send(JsonObject.of("type", "query", "profile", words));
      JsonObject found = asker.next("query_result");
      assertThat(ThreeNodes.named(found)).as(found.encode()).contains(near).doesNotContain(far);
    }
  }

  private int dimension(String agentId) {
    return gateway().get("/api/agents/" + agentId).json().getInteger("dimension");
  }

  /** Starts an agent of a kind that a swarm offers. */
  String spawn(String kind, String swarm) {
    return post("/api/agents", JsonObject.of("kind", kind, "name", "a " + kind, "swarm", swarm))
        .getString("agentId");
  }

  @Override
  public void close() {
    console.close();
    nodes.forEach(NodeProcess::close);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
