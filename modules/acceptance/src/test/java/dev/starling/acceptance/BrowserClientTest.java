/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client that every gateway publishes, in Chromium, on a page of another origin. */
class BrowserClientTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final double[] TOPIC = {0.6, 0.8, 0};
  private static final double[] NEARBY = {0.8, 0.6, 0};
  private static final int IN_FLIGHT = 300;
  private static final int WHILE_AWAY = 20;
  private static final double LONGEST_BACKOFF_MILLIS = 30_000;

  private static Vertx vertx;
  private static TwoNodes nodes;
  private static PageServer pages;
  private static Chromium chromium;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    nodes = new TwoNodes();
    pages = PageServer.start();
    chromium = Chromium.start();
  }

  @AfterAll
  static void stop() {
    chromium.close();
    pages.close();
    nodes.close();
    vertx.close().await();
  }

  @BeforeEach
  void makeWhole() {
    if (!nodes.first().isAlive()) {
      nodes.restartFirst();
    }
    eventually(
        "both nodes are empty", SOON, () -> agents(nodes.first()) + agents(nodes.second()) == 0);
    List<String> _ = chromium.complaints();
  }

  /** The agents of the whole mesh, by a node's count; the nodes see each other by then. */
  private static int agents(NodeProcess node) {
    JsonObject mesh = node.get("/api/mesh").json();
    Integer agents = mesh.getJsonObject("totals").getInteger("agents");
    return mesh.getJsonArray("nodes").size() == 2 && agents != null ? agents : 1;
  }

  @Test
  void shouldEmitReceiveAndBeAcknowledged() {
    try (QisClient peer = QisClient.connect(vertx, nodes.second().agentPort(), "/");
        Page page = new Page(nodes.second().httpPort())) {
      peer.register("peer", NEARBY);
      page.join(nodes.second().httpPort());

      page.emit("from the page");
      JsonObject push = peer.next("incoming_outcome");
      assertThat(push.getJsonObject("packet").getString("source_agent")).isEqualTo("page");
      assertThat(push.getJsonObject("packet").getString("payload")).isEqualTo("from the page");
      page.window.await("the ack", "seen.acks.length === 1");
      JsonObject ack = page.list("acks").getJsonObject(0).getJsonObject("ack");
      assertThat(ack.getString("outcome_id"))
          .isEqualTo(push.getJsonObject("packet").getString("outcome_id"));
      assertThat(ack.getJsonArray("routed_to")).isEqualTo(JsonArray.of("peer"));

      peer.emit("from the peer");
      page.window.await("the outcome", "seen.incoming.length === 1");
      JsonObject incoming = page.list("incoming").getJsonObject(0);
      assertThat(incoming.getJsonObject("packet").getString("payload")).isEqualTo("from the peer");
      assertThat(incoming.getJsonObject("packet").getString("source_agent")).isEqualTo("peer");
      assertThat(incoming.getJsonObject("facts").getDouble("similarity")).isEqualTo(0.96);
      assertThat(page.list("errors")).isEmpty();
      assertThat(chromium.complaints()).isEmpty();
    }
  }

  @Test
  void shouldComeBackAndSendWhatWasEmittedMeanwhile() {
    try (QisClient peer = QisClient.connect(vertx, nodes.second().agentPort(), "/");
        Page page = new Page(nodes.first().httpPort())) {
      peer.register("peer", NEARBY);
      page.join(nodes.first().httpPort());
      page.emit("before");
      page.window.await("the ack", "seen.acks.length === 1");

      List<String> burst = page.emitMany("in the last moment ", IN_FLIGHT);
      nodes.first().kill();
      page.window.await("the loss", "agent.state !== 'registered'");
      List<String> meanwhile = page.emitMany("meanwhile ", WHILE_AWAY);
      assertThat(Integer.parseInt(page.window.text("agent.pending"))).isGreaterThan(WHILE_AWAY);
      nodes.restartFirst();

      page.window.await("the return", "agent.state === 'registered'");
      page.window.await("all acks", "seen.acks.length === " + (1 + IN_FLIGHT + WHILE_AWAY));
      page.emit("after");
      List<String> expected =
          Stream.of(List.of("before"), burst, meanwhile, List.of("after"))
              .flatMap(List::stream)
              .toList();
      assertThat(expected.stream().map(ignored -> payloadOf(peer.next("incoming_outcome"))))
          .containsExactlyElementsOf(expected);
      peer.emit("to the page, which is back");
      page.window.await("the outcome", "seen.incoming.length === 1");
      assertThat(peer.settle().pending()).isEmpty();
      assertThat(page.list("refused")).isEmpty();
      assertBackedOff(page.list("states"));
    }
  }

  @Test
  void shouldFailOverToTheOtherGateway() {
    try (QisClient peer = QisClient.connect(vertx, nodes.second().agentPort(), "/");
        Page page = new Page(nodes.first().httpPort())) {
      peer.register("peer", NEARBY);
      page.join(nodes.first().httpPort(), nodes.second().httpPort());
      assertThat(page.window.text("agent.url")).isEqualTo(Page.url(nodes.first().httpPort()));

      nodes.first().kill();
      page.emit("while it moves over");
      page.window.await("the move", "agent.state === 'registered' && seen.acks.length === 1");
      assertThat(page.window.text("agent.url")).isEqualTo(Page.url(nodes.second().httpPort()));
      assertThat(payloadOf(peer.next("incoming_outcome"))).isEqualTo("while it moves over");
      peer.emit("to where it is now");
      page.window.await("the outcome", "seen.incoming.length === 1");
      assertThat(peer.settle().pending()).isEmpty();
    }
  }

  private static String payloadOf(JsonObject push) {
    return push.getJsonObject("packet").getString("payload");
  }

  /** Each pause is drawn from a range that doubles with every failure in a row. */
  private static void assertBackedOff(JsonArray states) {
    int failures = 0;
    for (Object one : states) {
      JsonObject state = (JsonObject) one;
      switch (state.getString("state")) {
        case "registered" -> failures = 0;
        case "waiting" -> {
          double most = Math.min(LONGEST_BACKOFF_MILLIS, 1_000 * Math.pow(2, failures + 1));
          assertThat(state.getDouble("retryInMs")).isBetween(1_000.0, most);
          failures++;
        }
        default -> assertThat(state.getString("state")).isIn("connecting", "registering");
      }
    }
    assertThat(states.toString()).contains("waiting");
  }

  /** The page {@code client-page.html}, with the client of one gateway. */
  private static final class Page implements AutoCloseable {
    private final Chromium.Window window;

    Page(int httpPort) {
      window = chromium.open(pages.url("client-page.html?gateway=http://127.0.0.1:" + httpPort));
    }

    static String url(int httpPort) {
      return "ws://127.0.0.1:" + httpPort + "/ws/qis";
    }

    void join(int... httpPorts) {
      List<String> urls = IntStream.of(httpPorts).mapToObj(Page::url).toList();
      window.await("the client", "window.join");
      window.run("join(arguments[0], 'page', arguments[1])", urls, doubles(TOPIC));
      window.await("registered", "agent.state === 'registered'");
    }

    private static List<Double> doubles(double[] numbers) {
      return IntStream.range(0, numbers.length).mapToObj(i -> numbers[i]).toList();
    }

    void emit(String payload) {
      window.run("emit(arguments[0])", payload);
    }

    /** Emits payloads that begin alike and end with a number, all in one turn of the page. */
    List<String> emitMany(String beginning, int count) {
      window.run("for (let i = 0; i < arguments[1]; i++) emit(arguments[0] + i)", beginning, count);
      return IntStream.range(0, count).mapToObj(i -> beginning + i).toList();
    }

    JsonArray list(String name) {
      return window.list("seen." + name);
    }

    @Override
    public void close() {
      window.show("about:blank");
    }
  }
}
