/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ThreeNodes.named;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A gateway whose router dies hands what waited there, and what comes, to another one. */
class RouterKilledFailureTest {
  private static final int BEFORE = 200;
  private static final int OUTCOMES = 600;
  private static final Duration PAUSE = Duration.ofSeconds(2);

  @Test
  void shouldLoseNothingOfWhatIsUnderWay() {
    List<Integer> ports = FreePorts.some(3);
    Vertx vertx = Vertx.vertx();
    try (NodeProcess one = NodeProcess.member(ports.get(0), ports, "--roles", "router");
        NodeProcess two = NodeProcess.member(ports.get(1), ports, "--roles", "router");
        NodeProcess gateway = NodeProcess.member(ports.get(2), ports, "--roles", "gateway")) {
      List.of(one, two, gateway).forEach(NodeProcess::awaitReady);
      try (QisClient emitter = QisClient.connect(vertx, gateway.agentPort(), "/");
          QisClient receiver = QisClient.connect(vertx, gateway.agentPort(), "/")) {
        receiver.register("receiver", 1, 0);
        emitter.register("emitter", 0, 1);
        Measured latencies = new Measured("acks while the gateway's router dies");
        for (int i = 0; i < OUTCOMES; i++) {
          if (i == BEFORE) {
            (routes(one) ? one : two).kill();
          }
          JsonObject packet =
              new JsonObject().put("payload", i).put("fingerprint", QisClient.array(1, 0));
          if (i % 2 == 0) {
            packet.put("outcome_id", "own-" + i);
          }
          JsonObject outcome = new JsonObject().put("type", "outcome").put("packet", packet);
          JsonObject ack = latencies.time(() -> emitter.send(outcome).next("outcome_ack"));
          assertThat(named(ack)).containsExactly("receiver");
        }
        latencies.report();
        emitter.emit("last", 1, 0);
        receiver.next(
            message ->
                "last"
                    .equals(message.getJsonObject("packet", new JsonObject()).getValue("payload")),
            "the last outcome");
        List<Integer> received = TopicLoad.numbers(receiver);
        // What was sent at the moment of the kill may have been routed by the router that died.
        assertThat(received.stream().distinct())
            .containsExactlyElementsOf(IntStream.range(0, OUTCOMES).boxed().toList());
        assertThat(received.stream().filter(number -> number != BEFORE)).doesNotHaveDuplicates();
        assertThat(emitter.pending()).isEmpty();
        assertThat(latencies.worst()).isLessThan(PAUSE);
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /** Whether it is the router that the gateway chose. */
  static boolean routes(NodeProcess router) {
    return router
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("starling_router_outcomes_total"))
        .anyMatch(line -> !line.endsWith(" 0.0"));
  }
}
