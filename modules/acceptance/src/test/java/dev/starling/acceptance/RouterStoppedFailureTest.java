/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The router of a gateway's stops and goes on (SIGSTOP, SIGCONT) before it is dropped, while
 * another one took over: what had waited for it is routed by one of the two.
 */
class RouterStoppedFailureTest {
  private static final Duration STOP = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long RATE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  @Test
  void shouldLoseNothingAndRouteNothingTwice() {
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
        emitter.emit("first", 1, 0);
        NodeProcess chosen = RouterKilledFailureTest.routes(one) ? one : two;
        int sent = emitFor(Duration.ofMillis(500), emitter, 0);
        chosen.pause();
        sent = emitFor(STOP, emitter, sent);
        chosen.resume();
        int all = emitFor(Duration.ofSeconds(1), emitter, sent);
        eventually("all are answered", PATIENCE, () -> answers(emitter).size() == all);
        // What goes to the stopped one again comes behind all that had waited for it.
        NodeProcess other = chosen == one ? two : one;
        AtomicInteger marks = new AtomicInteger();
        eventually(
            "the gateway has returned to the router that was stopped",
            PATIENCE,
            () -> {
              double before = routed(other);
              emitter.emit("mark " + marks.incrementAndGet(), 1, 0);
              return routed(other) == before;
            });
        int distinct = 1 + all + marks.get();
        eventually("all arrived", PATIENCE, () -> receiver.pending().size() >= distinct);
        receiver.settle();

        assertThat(answers(emitter)).allMatch("outcome_ack"::equals);
        Map<Object, Long> times =
            receiver.pending().stream()
                .map(message -> message.getJsonObject("packet").getValue("payload"))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(times).hasSize(distinct);
        assertThat(times.values()).as("%s", times).containsOnly(1L);
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /** Sends without waiting for answers; how many have been sent then. */
  private static int emitFor(Duration time, QisClient emitter, int from) {
    int number = from;
    for (long start = System.nanoTime(); System.nanoTime() - start < time.toNanos(); ) {
      JsonObject packet =
          new JsonObject().put("payload", number++).put("fingerprint", QisClient.array(1, 0));
      emitter.send(new JsonObject().put("type", "outcome").put("packet", packet));
      LockSupport.parkNanos(RATE_NANOS);
    }
    return number;
  }

  private static double routed(NodeProcess router) {
    return router
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("starling_router_outcomes_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private static List<String> answers(QisClient emitter) {
    return emitter.pending().stream()
        .map(message -> message.getString("type"))
        .filter(type -> List.of("outcome_ack", "error").contains(type))
        .toList();
  }
}
