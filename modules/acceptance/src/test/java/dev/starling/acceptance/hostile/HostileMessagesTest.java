/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.ErrorCode;
import dev.starling.testkit.Eventually;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawWebSocket;
import dev.starling.testkit.RawWebSocket.Frame;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Thousands of hostile messages, made by a seeded generator, against nodes that others use at the
 * same time: none of them hears of it, nothing is logged as a fault, every answer is one that
 * clients are promised, and the nodes are left as they were.
 *
 * <p>{@code -Dstarling.fuzz.seed=N} makes another run, or one again; {@code -Dstarling.fuzz.only=N}
 * plays one script of it; {@code -Dstarling.fuzz.messages=N} sends so many.
 */
class HostileMessagesTest {
  private static final System.Logger LOG = System.getLogger(HostileMessagesTest.class.getName());
  private static final long SEED = Long.getLong("starling.fuzz.seed", 20_261_121);
  private static final int ONLY = Integer.getInteger("starling.fuzz.only", -1);
  private static final int MESSAGES =
      Integer.getInteger(
          "starling.fuzz.messages", Boolean.getBoolean("starling.long") ? 200_000 : 10_000);

  /** So much in a hundred goes to a node whose limits are the usual ones. */
  private static final int SHARE_OF_LIMITED = 15;

  /** Of a thousand pings each, 39 MB in all: far more than a connection holds in its buffers. */
  private static final int FLOODS = 300;

  /** Vert.x starts the workers of its pool when they are first wanted. */
  private static final int POOLED_THREADS = 22;

  private static final int WARM_UP = 1_000;
  private static final int MAX_MESSAGE = 64 << 10;
  private static final long MEBIBYTE = 1 << 20;

  /**
   * What a node may keep of all of it: what is cached, pooled for each event loop, compiled. It was
   * 2, 1 and 7 MiB of a run of 170000 messages on two cores.
   */
  private static final long MORE_HEAP = 4 * MEBIBYTE;

  private static final long MORE_BUFFERS = 2 * MEBIBYTE;
  private static final long MORE_RESIDENT = 48 * MEBIBYTE;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A turn of a bystander, of several messages each way, on two cores that are busy. */
  private static final Duration LONGEST_TURN = Duration.ofSeconds(5);

  private static final Duration USUAL_TURN = Duration.ofSeconds(1);

  /** What the router remembers of outcomes is bounded in count: here to little. */
  private static NodeProcess start(String... settings) {
    Stream<String> common =
        Stream.of(
            // What the pool keeps goes with their number.
            "http.event-loops=1",
            "limits.max-message=64KiB",
            "router.dedupe-window=10s",
            "router.dedupe-entries=1000",
            "router.recent-outcomes=100");
    String[] arguments =
        Stream.concat(common, Stream.of(settings))
            .flatMap(one -> Stream.of("--set", one))
            .toArray(String[]::new);
    List<String> leaks =
        List.of(
            "-Dio.netty.leakDetection.level=simple",
            "-Dio.netty.leakDetection.samplingInterval=16");
    return NodeProcess.start(leaks, arguments).awaitReady();
  }

  @Test
  @Timeout(300)
  void aNodeServesOnWhateverComesThroughItsSockets() throws Exception {
    try (NodeProcess node =
        start(
            "limits.malformed-per-minute=100000",
            "limits.messages-per-minute=10000000",
            "limits.connections-per-address=10000",
            "limits.control-queue=64MiB",
            "limits.web.requests-per-minute=1000000")) {
      HostileRun run = new HostileRun(node, SEED, MAX_MESSAGE, Set.of());
      assertStandsFirm(node, run, MESSAGES * (100L - SHARE_OF_LIMITED) / 100);
      if (ONLY < 0) {
        assertThat(run.check().closes().keySet())
            .as("every way in which a session can be ended by what is sent")
            .contains(1002, 1003, 1007, 1009);
      }
    }
  }

  @Test
  @Timeout(300)
  void theUsualLimitsEndWhoeverGoesOn() throws Exception {
    try (NodeProcess node =
        start("limits.web.connections-per-address=10", "limits.web.requests-per-minute=1000000")) {
      HostileRun run = new HostileRun(node, SEED, MAX_MESSAGE, Set.of(4001, 4002));
      assertStandsFirm(node, run, MESSAGES * (long) SHARE_OF_LIMITED / 100);
      if (ONLY < 0) {
        assertThat(run.check().closes().keySet()).contains(4002);
      }
      assertFloodIsEnded(node);
    }
  }

  /** A thousand a minute are allowed, 50 more are refused, and one more ends the session. */
  private static void assertFloodIsEnded(NodeProcess node) {
    String[] pings = new String[1_500];
    Arrays.fill(pings, "{\"type\":\"ping\"}");
    try (RawWebSocket flood = RawWebSocket.connect(node.httpPort(), "/ws/voice")) {
      assertThat(flood.sendText(pings).closeCode()).isEqualTo(4001);
    }
    Map<String, Double> metrics = NodeLevels.metrics(node);
    assertThat(NodeLevels.sum(metrics, "starling_gateway_drops_total{cause=\"rate-limit\""))
        .isGreaterThanOrEqualTo(51);
  }

  /** Every ping has an answer; those to a peer that reads none must not pile up. */
  @Test
  @Timeout(120)
  void pongsDoNotPileUpForAPeerThatDoesNotRead() throws Exception {
    byte[] ping = RawWebSocket.frame(RawWebSocket.PING, true, new byte[125]);
    byte[][] pings = new byte[1_000][];
    Arrays.fill(pings, ping);
    try (NodeProcess node = start("limits.outcome-queue=256KiB");
        RawWebSocket peer = RawWebSocket.connect(node.agentPort(), "/", 16 << 10)) {
      for (int i = 0; i < FLOODS; i++) {
        peer.send(pings);
      }
      peer.sendText("{\"type\":\"ping\",\"id\":1}");
      long pongs = 0;
      for (Frame frame = peer.read(); frame.type() != RawWebSocket.TEXT; frame = peer.read()) {
        assertThat(frame.type()).isEqualTo(RawWebSocket.PONG);
        pongs++;
      }
      note(pongs + " of " + FLOODS * 1_000 + " pings were answered");
      assertThat(pongs).isPositive().isLessThan(FLOODS * 1_000 / 2);
    }
  }

  private static void assertStandsFirm(NodeProcess node, HostileRun run, long messages)
      throws Exception {
    note("seed " + SEED + ", " + messages + " messages");
    try (Bystanders bystanders = new Bystanders(node.httpPort(), node.agentPort()).start()) {
      if (ONLY >= 0) {
        run.only(ONLY);
      } else {
        run.send(WARM_UP);
      }
      restoreSettings(node);
      NodeLevels before = settled(node, bystanders);
      long start = System.nanoTime();
      if (ONLY < 0) {
        run.send(messages);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      report(run, took);
      assertThat(run.faults())
          .as("answers that no client is promised; the log has %s", logged(node))
          .isEmpty();
      bystanders.assertUndisturbed();
      assertLevel(node, before, bystanders);
      bystanders.assertUndisturbedToTheEnd();
      assertTimely(bystanders);
    }
    assertThat(logged(node)).as("what the node logged").isEmpty();
    assertCounted(node, run);
    assertServes(node);
  }

  private static NodeLevels settled(NodeProcess node, Bystanders bystanders) {
    Eventually.eventually(
        "hostile sessions are gone",
        PATIENCE,
        () ->
            NodeLevels.sum(NodeLevels.metrics(node), "starling_gateway_sessions")
                == bystanders.count());
    return NodeLevels.of(node);
  }

  private static void restoreSettings(NodeProcess node) {
    JsonArray updates = new JsonArray();
    NodeLevels.changed(node).stream()
        .filter(path -> !path.startsWith("calm."))
        .forEach(path -> updates.add(new JsonObject().put("path", path).putNull("value")));
    if (!updates.isEmpty()) {
      String body = new JsonObject().put("updates", updates).encode();
      assertThat(node.put("/api/settings/batch", body).status()).isEqualTo(200);
    }
  }

  private static void assertLevel(NodeProcess node, NodeLevels before, Bystanders bystanders) {
    settled(node, bystanders);
    Eventually.eventually(
        "the node is back at " + before,
        PATIENCE,
        () -> {
          restoreSettings(node);
          NodeLevels now = NodeLevels.of(node);
          note("before " + before + ", now " + now);
          assertThat(now.heap()).isLessThan(before.heap() + MORE_HEAP);
          assertThat(now.buffers()).isLessThan(before.buffers() + MORE_BUFFERS);
          assertThat(now.resident()).isLessThan(before.resident() + MORE_RESIDENT);
          assertThat(now.threads()).isLessThanOrEqualTo(before.threads() + POOLED_THREADS);
          assertThat(now.files()).isLessThanOrEqualTo(before.files() + 2);
          assertThat(now.agents()).isEqualTo(before.agents());
          assertThat(now.routed()).isEqualTo(before.routed());
          assertThat(now.settings()).isEqualTo(before.settings());
          return true;
        });
  }

  private static void assertTimely(Bystanders bystanders) {
    note(
        bystanders.turns()
            + " turns of bystanders, p50 "
            + bystanders.turn(0.5).toMillis()
            + " ms, p99 "
            + bystanders.turn(0.99).toMillis()
            + " ms, worst "
            + bystanders.turn(1).toMillis()
            + " ms");
    assertThat(bystanders.turn(0.99)).isLessThan(USUAL_TURN);
    assertThat(bystanders.turn(1)).isLessThan(LONGEST_TURN);
  }

  /** Warnings, errors and traces of stacks: there is none that a client may bring about. */
  private static List<String> logged(NodeProcess node) {
    return node.output().stream()
        .filter(line ->
            line.contains(" ERROR ")
                || line.contains(" WARN ")
                || line.startsWith("\tat ")
                || line.contains("Exception"))
        .toList();
  }

  /**
   * What the peers saw, the node must have counted; it may have counted what none of them read.
   * Close codes that peers use too may be echoes.
   */
  private static void assertCounted(NodeProcess node, HostileRun run) {
    Map<String, Double> metrics = NodeLevels.metrics(node);
    long refused = NodeLevels.sum(metrics, "starling_gateway_refusals_total");
    for (Map.Entry<ErrorCode, Long> error : run.check().errors().entrySet()) {
      String code = error.getKey().name().toLowerCase(Locale.ROOT);
      String ofCode = "_total{code=\"" + code + "\"";
      assertThat(
              NodeLevels.sum(metrics, "starling_gateway_refusals" + ofCode)
                  + NodeLevels.sum(metrics, "starling_gateway_notices" + ofCode))
          .as(code)
          .isGreaterThanOrEqualTo(error.getValue());
    }
    assertThat(refused).isLessThan(run.sent() * 4);
    for (int code : Set.of(1007, 1009, 4000, 4001, 4002)) {
      assertThat(NodeLevels.sum(metrics, "starling_gateway_closed_total{code=\"" + code + "\""))
          .as("closed with " + code)
          .isGreaterThanOrEqualTo(run.check().closes().getOrDefault(code, 0L));
    }
  }

  private static void assertServes(NodeProcess node) throws Exception {
    assertThat(node.get("/health/ready").status()).isEqualTo(200);
    Vertx vertx = Vertx.vertx();
    try (QisClient emitter = QisClient.connect(vertx, node.agentPort(), "/");
        QisClient receiver = QisClient.connect(vertx, node.httpPort(), "/ws/qis")) {
      emitter.register("after-emitter", 1, 2);
      receiver.register("after-receiver", 1, 2);
      assertThat(emitter.emit("after", 1, 2).getJsonArray("routed_to"))
          .containsExactly("after-receiver");
      receiver.next("incoming_outcome");
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static void report(HostileRun run, Duration took) {
    note(
        run.sent()
            + " hostile messages, "
            + took.toMillis()
            + " ms, "
            + run.check().replies()
            + " replies, errors "
            + run.check().errors()
            + ", close codes "
            + run.check().closes()
            + ", "
            + run.upgrades()
            + " handshakes answered with "
            + run.answers());
  }

  private static void note(String line) {
    LOG.log(System.Logger.Level.INFO, line);
  }
}
