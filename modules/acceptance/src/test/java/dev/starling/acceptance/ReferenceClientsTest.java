/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Clients written to the letter of the reference, which know nothing of Starling: its JavaScript
 * agent in Chromium, one in Python, one in Node.
 */
class ReferenceClientsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int DIMENSIONS = 128;

  /** One topic from three sides, with three different cosines between them, and another topic. */
  private static final double[] BROWSER = fingerprint(0.0, 0.0, 0.0);

  private static final double[] PYTHON = fingerprint(0.35, 0.0, 0.0);
  private static final double[] NODE = fingerprint(0.0, 0.6, 0.0);
  private static final double[] OTHER_TOPIC = fingerprint(0.0, 0.0, 9.0);

  private static Vertx vertx;
  private static List<NodeProcess> mesh;
  private static PageServer pages;
  private static Chromium chromium;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    pages = PageServer.start();
    chromium = Chromium.start();
    mesh = NodeProcess.mesh(3);
  }

  @AfterAll
  static void stop() {
    chromium.close();
    pages.close();
    mesh.forEach(NodeProcess::close);
    vertx.close().await();
  }

  @Test
  void shouldExchangeOutcomesThroughDifferentGateways() {
    try (QisClient outsider = QisClient.connect(vertx, mesh.get(1).agentPort(), "/");
        ForeignAgent browser = browser(agentUrl(mesh.get(0)), "browser-agent-001", BROWSER);
        ForeignAgent python =
            ScriptAgent.python(agentUrl(mesh.get(1)), "python-agent-001", PYTHON);
        ForeignAgent node = ScriptAgent.node(agentUrl(mesh.get(2)), "node-agent-001", NODE)) {
      outsider.register("other-topic", OTHER_TOPIC);
      List<ForeignAgent> agents = List.of(browser, python, node);
      agents.forEach(ReferenceClientsTest::awaitRegistered);

      for (ForeignAgent emitter : agents) {
        emitter.emit("Found by " + emitter.id() + ": Überraschung 🐦", 0.625);
        JsonObject packet = awaitAck(emitter, agents);
        agents.stream()
            .filter(agent -> !agent.equals(emitter))
            .forEach(receiver -> awaitPush(receiver, emitter, packet));
      }

      for (ForeignAgent agent : agents) {
        settle(agent);
        assertThat(agent.received("incoming_outcome")).hasSize(2);
        assertThat(agent.received("outcome_ack")).hasSize(1);
      }
      assertThat(((BrowserAgent) browser).outcomes().stream())
          .containsExactlyElementsOf(
              browser.received("incoming_outcome").stream()
                  .map(push -> push.getJsonObject("packet"))
                  .toList());
      assertThat(outsider.settle().pending()).isEmpty();
    }
  }

  @Test
  void shouldAnswerAPythonAgentInTheOrderOfTheReference() {
    try (ForeignAgent stranger = ScriptAgent.pythonStranger(agentUrl(mesh.getFirst()))) {
      stranger.send("{\"type\":\"outcome\",\"packet\":{\"payload\":\"too early\"}}");
      stranger.send("{not JSON");
      stranger.send("{\"type\":\"gossip\"}");
      stranger.send("{\"payload\":\"no type\"}");
      stranger.send("{\"type\":\"ping\"}");
      stranger.send("{\"type\":\"register\",\"fingerprint\":[0,0,0,1]}");
      stranger.send("{\"type\":\"outcome\",\"packet\":{\"fingerprint\":[0,0,0,1]}}");
      awaitReceived(stranger, 7);

      assertThat(stranger.received("pong")).hasSize(1);
      assertThat(
              stranger.received().stream()
                  .filter(reply -> !"pong".equals(reply.getString("type")))
                  .map(reply -> reply.getString("error", reply.getString("type"))))
          .containsExactly(
              "register before depositing outcomes",
              "invalid JSON",
              "unknown message type: gossip",
              "unknown message type: None",
              "registered",
              "outcome_ack");

      JsonObject registered = stranger.received("registered").getFirst();
      assertThat(registered.fieldNames()).startsWith("type", "agent_id", "agent_count");
      assertThat(registered.getString("agent_id")).hasSize(36);
      assertThat(registered.getInteger("agent_count")).isPositive();

      JsonObject ack = stranger.received("outcome_ack").getFirst();
      assertThat(ack.fieldNames())
          .startsWith("type", "status", "outcome_id", "matches_found", "routed_to");
      assertThat(ack.getInteger("matches_found")).isZero();
      assertThat(ack.getJsonArray("routed_to")).isEmpty();
    }
  }

  @Test
  void shouldTakeTheReferencesAgentBackAfterItsGatewayRestarted() {
    List<String> ports = FreePorts.some(2).stream().map(String::valueOf).toList();
    String[] up = {"up", "--http-port", ports.get(0), "--agent-port", ports.get(1)};
    String url = "ws://127.0.0.1:" + ports.get(1);
    NodeProcess first = NodeProcess.run(up).awaitReady();
    try (ForeignAgent browser = browser(url, "faithful", BROWSER)) {
      awaitRegistered(browser);
      first.kill();
      try (NodeProcess _ = NodeProcess.run(up).awaitReady()) {
        eventually("registered again", PATIENCE, () -> browser.received("registered").size() == 2);
        try (ForeignAgent python = ScriptAgent.python(url, "python-agent-002", PYTHON)) {
          awaitRegistered(python);
          python.emit("Welcome back", 0.9);
          JsonObject packet = awaitAck(python, List.of(browser, python));
          awaitPush(browser, python, packet);
        }
      }
    } finally {
      first.close();
    }
  }

  private static BrowserAgent browser(String url, String id, double... fingerprint) {
    return new BrowserAgent(chromium.open(pages.url("reference-page.html")), url, id, fingerprint);
  }

  private static String agentUrl(NodeProcess node) {
    return "ws://127.0.0.1:" + node.agentPort();
  }

  private static void awaitReceived(ForeignAgent agent, int messages) {
    eventually(
        agent.id() + " received " + messages, PATIENCE, () -> agent.received().size() >= messages);
  }

  private static void awaitRegistered(ForeignAgent agent) {
    awaitReceived(agent, 1);
    JsonObject registered = agent.received().getFirst();
    assertThat(registered.getString("type")).isEqualTo("registered");
    assertThat(registered.getString("agent_id")).isEqualTo(agent.id());
  }

  /** Checks the ack of the only outcome that an agent emitted; the packet as it should arrive. */
  private static JsonObject awaitAck(ForeignAgent emitter, List<ForeignAgent> agents) {
    eventually(
        emitter.id() + " has its ack", PATIENCE, () -> emitter.received("outcome_ack").size() == 1);
    List<String> expected =
        agents.stream()
            .filter(agent -> !agent.equals(emitter))
            .sorted(Comparator.comparingDouble(agent -> -cosine(emitter, agent)))
            .map(ForeignAgent::id)
            .toList();
    JsonObject ack = emitter.received("outcome_ack").getFirst();
    String outcomeId = ack.getString("outcome_id");
    assertThat(outcomeId).isNotBlank();
    assertThat(ack.getString("status")).isEqualTo("routed");
    assertThat(ack.getJsonArray("routed_to")).isEqualTo(new JsonArray(expected));
    assertThat(ack.getInteger("matches_found")).isEqualTo(expected.size());
    JsonObject packet = emitter.sent().getLast().getJsonObject("packet");
    assertThat(packet.fieldNames())
        .containsExactly("fingerprint", "payload", "confidence", "timestamp");
    return packet.copy().put("outcome_id", outcomeId).put("source_agent", emitter.id());
  }

  /** Waits for the push of an outcome and checks that it is exactly this packet. */
  private static void awaitPush(ForeignAgent receiver, ForeignAgent emitter, JsonObject packet) {
    eventually(
        receiver.id() + " received what " + emitter.id() + " emitted",
        PATIENCE,
        () -> !pushesFrom(receiver, emitter).isEmpty());
    List<JsonObject> pushes = pushesFrom(receiver, emitter);
    assertThat(pushes).hasSize(1);
    assertThat(pushes.getFirst().fieldNames()).startsWith("type", "packet");
    assertThat(pushes.getFirst().getJsonObject("packet")).isEqualTo(packet);
    assertThat(pushes.getFirst().getDouble("similarity"))
        .isCloseTo(cosine(emitter, receiver), within(1e-4));
  }

  private static List<JsonObject> pushesFrom(ForeignAgent receiver, ForeignAgent emitter) {
    return receiver.received("incoming_outcome").stream()
        .filter(push -> emitter.id().equals(push.getJsonObject("packet").getString("source_agent")))
        .toList();
  }

  /** After its pong an agent has whatever its gateway sent it before. */
  private static void settle(ForeignAgent agent) {
    agent.send("{\"type\":\"ping\"}");
    eventually(agent.id() + " has its pong", PATIENCE, () -> !agent.received("pong").isEmpty());
  }

  /** A topic in the first 48 numbers, and how far it leans towards three things unrelated to it. */
  private static double[] fingerprint(double one, double two, double three) {
    double[] leaning = {one, one, two, two, three};
    return IntStream.range(0, DIMENSIONS)
        .mapToDouble(i -> {
          double sign = Integer.bitCount(i * 0x9e37) % 2 == 0 ? 1 : -1;
          return sign * (i < 48 ? 1 / Math.sqrt(48) : leaning[(i - 48) / 16] / Math.sqrt(32));
        })
        .toArray();
  }

  private static double cosine(ForeignAgent a, ForeignAgent b) {
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  }

  private static double dot(ForeignAgent a, ForeignAgent b) {
    double[] left = a.fingerprint();
    double[] right = b.fingerprint();
    return IntStream.range(0, left.length).mapToDouble(i -> left[i] * right[i]).sum();
  }
}
