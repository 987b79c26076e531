/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.NodeProcess.Answer;
import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawWebSocket;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings of a mesh of three nodes, each in a JVM of its own and with a folder of its own. */
class SettingsClusterTest {
  private static final int SIZE = 3;
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final int MOST_PENDING = 4;
  private static final Duration ASKED = Duration.ofMillis(4_900);
  private static final Duration GIVEN_UP = Duration.ofSeconds(7);
  private static final String SPRING = "/api/settings/path?path=visualisation.physics.springK";
  private static final String THRESHOLD = "/api/settings/path?path=router.similarityThreshold";

  @TempDir private Path folder;

  private final Vertx vertx = Vertx.vertx();
  private final List<Integer> ports = FreePorts.some(SIZE);
  private final List<NodeProcess> nodes = new ArrayList<>();

  @AfterEach
  void end() {
    nodes.forEach(NodeProcess::close);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private void start() {
    nodes.clear();
    for (int i = 0; i < SIZE; i++) {
      nodes.add(
          NodeProcess.member(
              ports.get(i),
              ports,
              "--set",
              "node.data=" + folder.resolve("n" + i),
              "--set",
              "limits.web.max-pending=" + MOST_PENDING,
              "--set",
              // A member that is stopped stays one for longer than anybody waits for it.
              "cluster.heartbeat-timeout=20s"));
    }
    nodes.forEach(NodeProcess::awaitReady);
    eventually(
        "every node sees all",
        SOON,
        () ->
            nodes.stream()
                .allMatch(node ->
                    node.get("/api/mesh").json().getJsonArray("nodes").size() == SIZE
                        && node.get("/health/ready").status() == 200));
  }

  /** Batches that a node took as the owner of the settings. */
  private static double written(NodeProcess node) {
    return node.get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("starling_settings_writes_total{outcome=\"written\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private static double number(NodeProcess node, String path) {
    return node.get(path).json().getDouble("value");
  }

  private static int reached(QisClient emitter, double... fingerprint) {
    return emitter.emit("p", fingerprint).getInteger("matches_found");
  }

  @Test
  void settingsAreOneOnEveryNodeAndOutliveItsOwnerAndAFullRestart() {
    start();
    Answer changed = nodes.getFirst().put(SPRING, "{\"value\":12.5}");
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.json().getString("path")).isEqualTo("visualisation.physics.springK");
    assertThat(changed.json().getLong("timestamp")).isPositive();
    for (NodeProcess node : nodes) {
      assertThat(number(node, SPRING)).isEqualTo(12.5);
      assertThat(node.get(SPRING).json().getDouble("default")).isEqualTo(1_296);
    }
    refusesAsAWhole();
    changesTheThresholdOfEveryRouter();
    tellsWhoDoesNotAnswer();
    outlivesItsOwner();
    outlivesAFullRestart();
  }

  private void refusesAsAWhole() {
    Answer refused =
        nodes
            .getLast()
            .put(
                "/api/settings/batch",
                """
                {"updates":[{"path":"test.value","value":123},
                            {"path":"visualisation.physics.springk","value":1}]}\
                """);
    assertThat(refused.status()).isEqualTo(400);
    JsonObject error = refused.json().getJsonObject("error");
    assertThat(error.getString("code")).isEqualTo("INVALID_SETTING");
    assertThat(error.getJsonObject("details").getString("nearest"))
        .isEqualTo("visualisation.physics.springK");
    assertThat(nodes.getFirst().get("/api/settings/path?path=test.value").status()).isEqualTo(400);
    JsonObject nothing = nodes.getFirst().put(SPRING, "{\"val\":1}").json().getJsonObject("error");
    assertThat(nothing.getString("code")).isEqualTo("INVALID_MESSAGE");
    assertThat(nothing.getJsonObject("details").getString("field")).isEqualTo("value");
    JsonArray schema = nodes.getFirst().get("/api/settings/schema").json().getJsonArray("settings");
    assertThat(schema.size()).isGreaterThan(70);
    JsonArray routers =
        nodes.getFirst().get("/api/settings?prefix=router.").json().getJsonArray("settings");
    assertThat(routers.size()).isEqualTo(3);
  }

  private void changesTheThresholdOfEveryRouter() {
    List<QisClient> clients = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      QisClient client = QisClient.connect(vertx, nodes.get(i).agentPort(), "/");
      clients.add(client);
      client.register("follows-" + i, 1, 0);
    }
    // A cosine of 0.8 to every one of them.
    clients.forEach(client -> assertThat(reached(client, 0.8, 0.6)).isEqualTo(2));

    assertThat(nodes.getFirst().put(THRESHOLD, "{\"value\":0.85}").status()).isEqualTo(200);
    clients.forEach(
        client -> eventually("it is strict", SOON, () -> reached(client, 0.8, 0.6) == 0));
    assertThat(clients.getFirst().register("follows-0", 1, 0).getDouble("similarity_threshold"))
        .isEqualTo(0.85);

    assertThat(nodes.get(1).put(THRESHOLD, "{\"value\":0.5}").status()).isEqualTo(200);
    clients.forEach(
        client -> eventually("it is lenient", SOON, () -> reached(client, 0.6, 0.8) == 2));
    clients.forEach(QisClient::close);
  }

  private NodeProcess owner() {
    return nodes.stream().filter(node -> written(node) > 0).findFirst().orElseThrow();
  }

  private NodeProcess otherThan(NodeProcess owner) {
    return nodes.stream().filter(node -> node != owner).findFirst().orElseThrow();
  }

  /** The owner stands still (SIGSTOP): a session is told so, and reads no further meanwhile. */
  private void tellsWhoDoesNotAnswer() {
    NodeProcess owner = owner();
    NodeProcess other = otherThan(owner);
    try (RawWebSocket session = RawWebSocket.connect(other.httpPort(), "/ws/voice")) {
      owner.pause();
      long asked = System.nanoTime();
      for (int i = 0; i < MOST_PENDING; i++) {
        session.sendText(
            "{\"type\":\"settings\",\"path\":\"test.stalled\",\"value\":1,\"id\":" + i + "}");
      }
      session.sendText("{\"type\":\"ping\"}");
      List<String> answers = new ArrayList<>();
      while (answers.size() <= MOST_PENDING) {
        JsonObject answer = new JsonObject(session.readText());
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isBetween(ASKED, GIVEN_UP);
        answers.add(answer.getString("type"));
        if (!"pong".equals(answer.getString("type"))) {
          FlowClient.requireError(answer, "TIMEOUT");
          JsonObject details = answer.getJsonObject("details");
          assertThat(details.getString("operation")).isEqualTo("settings");
          assertThat(details.getString("role")).isEqualTo("settings");
          // The first is on the way; those behind it were not made, since it took all the time.
          boolean isFirst = answer.getInteger("id") == 0;
          assertThat(details.getBoolean("made")).isEqualTo(isFirst ? null : false);
        }
      }
      // The ping was not read before the first of them had its answer.
      assertThat(answers).startsWith("error").containsOnlyOnce("pong");
    } finally {
      owner.resume();
    }
    eventually(
        "the owner answers again",
        SOON,
        () -> other.put(SPRING, "{\"value\":12.5}").status() == 200);
  }

  private void outlivesItsOwner() {
    NodeProcess owner = owner();
    NodeProcess other = otherThan(owner);
    assertThat(
            other
                .put(
                    "/api/settings/batch",
                    """
                    {"updates":[{"path":"test.value","value":{"kept": true}},
                                {"path":"visualisation.physics.springK","value":3}]}\
                    """)
                .status())
        .isEqualTo(200);
    owner.kill();

    List<NodeProcess> left = nodes.stream().filter(node -> node != owner).toList();
    for (NodeProcess node : left) {
      eventually("the next in line serves", SOON, () -> node.get(SPRING).status() == 200);
      assertThat(number(node, SPRING)).isEqualTo(3);
      assertThat(node.get("/api/settings/path?path=test.value").json().getJsonObject("value"))
          .isEqualTo(new JsonObject().put("kept", true));
    }
    eventually("it takes changes", SOON, () -> other.put(SPRING, "{\"value\":4}").status() == 200);
  }

  private void outlivesAFullRestart() {
    nodes.stream().filter(NodeProcess::isAlive).forEach(NodeProcess::terminate);
    nodes.forEach(node -> node.exitCode(Duration.ofSeconds(20)));
    start();
    for (NodeProcess node : nodes) {
      // The node that was killed may have come first, with what it knew.
      eventually("the latest is in force", SOON, () -> number(node, SPRING) == 4);
      assertThat(number(node, THRESHOLD)).isEqualTo(0.5);
    }
  }
}
