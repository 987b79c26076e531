/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.GatewayMessage;
import dev.starling.protocol.mesh.GatewayMessage.AgentView;
import dev.starling.protocol.mesh.GatewayMessage.AgentsPage;
import dev.starling.protocol.mesh.GatewayMessage.AgentsQuery;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawWebSocket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a session hears at once that asks how agents are; the test plays the other gateway. */
class AgentTourTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PAGE = 100;
  private static final int SMALL_BUFFER = 4 * 1024;
  private static final Vertx CLIENTS = Vertx.vertx();

  private static List<Mesh> meshes = List.of();

  @SuppressWarnings("NullAway.Init")
  private static ScriptedRole<GatewayMessage> other;

  private static int port;

  @BeforeAll
  static void start() {
    meshes = LocalMesh.joined(2, new SimpleMeterRegistry(), "gateway", "router");
    for (Mesh mesh : meshes) {
      ScriptedRouter.serve(mesh, mesh.nodeId());
    }
    Mesh far = meshes.getLast();
    other =
        ScriptedRole.serve(
            far, "gateway", Addresses.gateway(far.nodeId()), asked -> answer(asked, List.of()));
    GatewayVerticle verticle =
        new GatewayVerticle(
            meshes.getFirst(),
            TestGateway.config(1 << 20, 4 << 20, Duration.ofMinutes(1)),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            true);
    LocalMesh.await(meshes.getFirst().vertx().deployVerticle(verticle));
    port = LocalMesh.await(verticle.httpPort());
  }

  @AfterAll
  static void stop() {
    LocalMesh.await(CLIENTS.close());
    meshes.forEach(mesh -> LocalMesh.await(mesh.leave()));
  }

  @BeforeEach
  void nobody() {
    play(List.of());
  }

  private static void play(List<AgentView> agents) {
    other.play(asked -> answer(asked, agents));
  }

  /** Agents of the other gateway, whose words are so many bytes long. */
  private static List<AgentView> agents(int count, int bytes) {
    List<AgentView> agents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = "agent-%05d".formatted(i);
      JsonObject status =
          JsonObject.of("type", "agent_status", "agentId", id, "reason", "x".repeat(bytes));
      agents.add(
          new AgentView(
              id, "far", "", 0, 0.75, 1, RawJson.EMPTY_OBJECT, RawJson.of(status.encode())));
    }
    return agents;
  }

  private static @Nullable Future<? extends MeshMessage> answer(
      GatewayMessage asked, List<AgentView> agents) {
    if (!(asked instanceof AgentsQuery query)) {
      return null;
    }
    List<AgentView> behind =
        agents.stream().filter(one -> one.agentId().compareTo(query.after()) > 0).toList();
    List<AgentView> page = behind.stream().limit(query.limit()).toList();
    return Future.succeededFuture(new AgentsPage(page, page.size() < behind.size()));
  }

  private static long pagesAsked() {
    return other.heard().stream().filter(AgentsQuery.class::isInstance).count();
  }

  /** The ids that are told, once the last one is; each is told once. */
  private static List<String> told(QisClient watcher, int count) {
    List<String> told = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      told.add(watcher.next("agent_status").getString("agentId"));
    }
    assertThat(told).doesNotHaveDuplicates();
    return told;
  }

  @Test
  void aSessionHearsOfEveryAgentOfEveryGatewayPageByPage() {
    play(agents(250, 10));
    try (QisClient near = QisClient.connect(CLIENTS, port, "/ws/qis")) {
      near.register("near", 1, 0);
      try (QisClient watcher = QisClient.connect(CLIENTS, port, "/ws/agents")) {
        assertThat(told(watcher, 251))
            .contains("near", "agent-00000", "agent-00249")
            .filteredOn(id -> id.startsWith("agent-"))
            .isSorted();
      }
    }
    assertThat(pagesAsked()).isEqualTo(3);
    assertThat(other.heard())
        .filteredOn(AgentsQuery.class::isInstance)
        .allMatch(asked -> ((AgentsQuery) asked).limit() == PAGE);
  }

  @Test
  void aGatewayThatDoesNotAnswerIsLeftOut() {
    other.play(asked ->
        asked instanceof AgentsQuery
            ? Future.failedFuture(RefusalException.unavailable("gateway", "not now"))
            : null);
    try (QisClient near = QisClient.connect(CLIENTS, port, "/ws/qis")) {
      near.register("near", 1, 0);
      try (QisClient watcher = QisClient.connect(CLIENTS, port, "/ws/agents")) {
        assertThat(told(watcher, 1)).containsExactly("near");
      }
    }
  }

  @Test
  void noOtherEndpointBeginsWithIt() {
    play(agents(1, 10));
    for (String path : List.of("/ws", "/ws/qis", "/ws/voice", "/ws/analytics")) {
      try (QisClient client = QisClient.connect(CLIENTS, port, path)) {
        client.settle();
      }
    }
    assertThat(pagesAsked()).isZero();
  }

  /** Its pages are 0.5 MB each, of which its socket takes some. */
  @Test
  void whoDoesNotReadIsAskedForNoMoreThanItsSocketTakesAndHearsOfAllOnceItDoes() {
    List<AgentView> agents = agents(4_000, 5_000);
    int pages = agents.size() / PAGE;
    play(agents);
    try (RawWebSocket slow = RawWebSocket.connect(port, "/ws/agents", SMALL_BUFFER)) {
      eventually("it begins", PATIENCE, () -> pagesAsked() > 0);
      try (QisClient reader = QisClient.connect(CLIENTS, port, "/ws/agents")) {
        told(reader, agents.size());
      }
      assertThat(pagesAsked() - pages).isBetween(1L, pages - 1L);
      TreeMap<Integer, String> heard = new TreeMap<>();
      while (heard.size() < agents.size()) {
        JsonObject status = new JsonObject(slow.readText());
        heard.put(heard.size(), status.getString("agentId"));
      }
      assertThat(heard.values())
          .containsExactlyElementsOf(agents.stream().map(AgentView::agentId).toList());
      assertThat(pagesAsked()).isEqualTo(2L * pages);
    }
  }
}
