/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ThreeNodes.named;
import static dev.starling.acceptance.ThreeNodes.objects;
import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Which nodes form a mesh, and when one says that it is ready. */
class JoiningClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Vertx VERTX = Vertx.vertx();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @AfterAll
  static void end() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  private static int status(int port, String path) throws IOException, InterruptedException {
    return get(port, path).statusCode();
  }

  private static HttpResponse<String> get(int port, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(10))
            .build();
    return HTTP.send(request, BodyHandlers.ofString());
  }

  private static List<String> seenBy(NodeProcess node) {
    return objects(node.get("/api/mesh").json().getJsonArray("nodes")).stream()
        .map(one -> one.getString("name"))
        .sorted()
        .toList();
  }

  private static String port(int number) {
    return Integer.toString(number);
  }

  @Test
  void shouldOpenNothingButItsTwoPortsWithoutACluster() throws Exception {
    try (NodeProcess node = NodeProcess.start().awaitReady()) {
      assertThat(ListeningPorts.of(node.pid()))
          .containsExactlyInAnyOrder(node.httpPort(), node.agentPort());
    }
  }

  @Test
  void shouldOpenTheClusterAndBusPortsOnLoopbackWithACluster() throws Exception {
    List<Integer> ports = FreePorts.some(2);
    try (NodeProcess node =
        NodeProcess.member(ports.get(0), ports.subList(0, 1), "--bus-port", port(ports.get(1)))
            .awaitReady()) {
      assertThat(ListeningPorts.of(node.pid()))
          .containsExactlyInAnyOrder(node.httpPort(), node.agentPort(), ports.get(0), ports.get(1));
      assertThat(seenBy(node)).hasSize(1);
    }
  }

  @Test
  void shouldBeLiveButNotReadyUntilAListedMemberIsThere() throws Exception {
    List<Integer> ports = FreePorts.some(4);
    int absent = ports.get(0);
    int http = ports.get(2);
    try (NodeProcess waiting =
        NodeProcess.run(
            "up",
            "--http-port",
            port(http),
            "--agent-port",
            "0",
            "--cluster-port",
            port(ports.get(1)),
            "--join",
            "127.0.0.1:" + absent)) {
      eventually("it is live", PATIENCE, () -> status(http, "/health/live") == 200);
      eventually(
          "it says what it waits for",
          PATIENCE,
          () -> waiting.output().stream().anyMatch(line -> line.contains("not ready")));
      HttpResponse<String> ready = get(http, "/health/ready");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(new JsonObject(ready.body()).getJsonArray("missing"))
          .contains("a member of cluster.join");
      assertThat(status(http, "/metrics")).isEqualTo(200);
      assertThat(waiting.output()).noneMatch(line -> line.startsWith("starling ready"));
      // The absent one lists both, itself among them: it forms the mesh and takes the other in.
      try (NodeProcess awaited = NodeProcess.member(absent, List.of(absent, ports.get(1)))) {
        awaited.awaitReady();
        waiting.awaitReady();
        assertThat(status(http, "/health/ready")).isEqualTo(200);
        assertThat(seenBy(awaited)).hasSize(2).isEqualTo(seenBy(waiting));
      }
    }
  }

  @Test
  void shouldRouteBetweenNodesOfSingleRoles() throws Exception {
    List<Integer> ports = FreePorts.some(3);
    try (NodeProcess router = role("router", ports, 0);
        NodeProcess one = role("gateway", ports, 1);
        NodeProcess other = role("gateway", ports, 2)) {
      List<NodeProcess> all = List.of(router, one, other);
      all.forEach(NodeProcess::awaitReady);
      for (NodeProcess node : all) {
        assertThat(node.get("/health/live").status()).isEqualTo(200);
        assertThat(node.get("/health/ready").status()).isEqualTo(200);
        assertThat(node.get("/metrics").body()).contains("jvm_memory");
        eventually(
            "it sees three nodes",
            PATIENCE,
            () -> node.get("/api/mesh").json().getJsonArray("nodes").size() == 3);
      }
      assertThat(router.get("/metrics").body()).contains("starling_router_");
      assertThat(one.get("/metrics").body()).contains("starling_gateway_");
      try (QisClient emitter = QisClient.connect(VERTX, one.agentPort(), "/");
          QisClient receiver = QisClient.connect(VERTX, other.agentPort(), "/")) {
        receiver.register("receiver", 1, 0);
        assertThat(emitter.register("emitter", 0, 1).getInteger("agent_count")).isEqualTo(2);
        assertThat(named(emitter.emit("hello", 1, 0))).containsExactly("receiver");
        receiver.next("incoming_outcome");
      }
    }
  }

  private static NodeProcess role(String role, List<Integer> ports, int place) {
    return NodeProcess.member(ports.get(place), ports, "--roles", role);
  }

  @Test
  @EnabledIfSystemProperty(named = "starling.long", matches = "true")
  void shouldNeverJoinNodesOfAnotherNameOrSecret() {
    List<Integer> ports = FreePorts.some(4);
    try (NodeProcess first = of(ports, 0, "first", "cluster.name=one");
        NodeProcess named = of(ports, 1, "named", "cluster.name=two");
        NodeProcess secret = of(ports, 2, "secret", "cluster.name=one", "cluster.secret=hush")) {
      List.of(first, named, secret).forEach(NodeProcess::awaitReady);
      // One of the first's own kind, so that there was time to find each other.
      try (NodeProcess second = of(ports, 3, "second", "cluster.name=one")) {
        second.awaitReady();
        eventually(
            "like finds like", PATIENCE, () -> seenBy(first).equals(List.of("first", "second")));
        assertThat(seenBy(second)).containsExactly("first", "second");
        assertThat(seenBy(named)).containsExactly("named");
        assertThat(seenBy(secret)).containsExactly("secret");
      }
    }
  }

  private static NodeProcess of(List<Integer> ports, int place, String name, String... settings) {
    String[] arguments = new String[settings.length * 2 + 2];
    arguments[0] = "--set";
    arguments[1] = "node.name=" + name;
    for (int i = 0; i < settings.length; i++) {
      arguments[2 * i + 2] = "--set";
      arguments[2 * i + 3] = settings[i];
    }
    return NodeProcess.member(ports.get(place), ports, arguments);
  }
}
