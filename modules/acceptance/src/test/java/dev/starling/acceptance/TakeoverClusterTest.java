/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ThreeNodes.named;
import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An id that sessions of two gateways take from each other is registered all the time. */
@ExtendWith(CalmMesh.class)
class TakeoverClusterTest {
  private static final int TAKEOVERS = 200;
  private static final int PIPELINED = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ThreeNodes mesh;

  TakeoverClusterTest(ThreeNodes mesh) {
    this.mesh = mesh;
  }

  @Test
  void shouldBeNamedByEveryAckWhileItMoves() {
    List<QisClient> rivals = List.of(mesh.agent(0, "moving", 1, 0), mesh.connect(2));
    QisClient emitter = mesh.agent(1, "emitter", 0, 1);
    List<JsonObject> acks = new ArrayList<>();
    Measured taking = new Measured("taking an id over between gateways");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture<Void> moves =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 1; i <= TAKEOVERS; i++) {
                  QisClient rival = rivals.get(i % 2);
                  taking.time(() -> rival.register("moving", 1, 0));
                }
              },
              threads);
      while (!moves.isDone()) {
        for (int i = 0; i < PIPELINED; i++) {
          emitter.send(outcome());
        }
        for (int i = 0; i < PIPELINED; i++) {
          acks.add(emitter.next("outcome_ack"));
        }
      }
      moves.join();
    }
    taking.report();
    Measured.note("outcomes acknowledged meanwhile: " + acks.size());
    assertThat(acks)
        .allSatisfy(ack -> {
          assertThat(named(ack)).containsExactly("moving");
          assertThat(ack.containsKey("partial")).isFalse();
        });
    assertOneHolder(rivals.get(TAKEOVERS % 2), rivals.get((TAKEOVERS + 1) % 2));
  }

  private void assertOneHolder(QisClient holder, QisClient loser) {
    eventually(
        "the loser is told",
        PATIENCE,
        () -> {
          String code =
              loser.send(outcome()).next(TakeoverClusterTest::isAnswer, "answer").getString("code");
          return "NOT_REGISTERED".equals(code);
        });
    assertThat(moved(loser)).isLessThanOrEqualTo(TAKEOVERS / 2);
    holder.send(outcome()).next("outcome_ack");
    for (int place = 0; place < ThreeNodes.SIZE; place++) {
      assertThat(mesh.agentsListedBy(place)).containsExactly("emitter", "moving");
    }
  }

  private static boolean isAnswer(JsonObject message) {
    return "outcome_ack".equals(message.getString("type"))
        || "NOT_REGISTERED".equals(message.getString("code"));
  }

  private static long moved(QisClient client) {
    return client.pending().stream()
        .filter(message -> "AGENT_MOVED".equals(message.getString("code")))
        .count();
  }

  private static JsonObject outcome() {
    return new JsonObject()
        .put("type", "outcome")
        .put("packet", new JsonObject().put("fingerprint", QisClient.array(1, 0)));
  }
}
