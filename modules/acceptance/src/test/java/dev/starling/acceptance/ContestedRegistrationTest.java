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
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two gateways race for one agent id: in the end there is one holder, everywhere the same. */
@ExtendWith(CalmMesh.class)
class ContestedRegistrationTest {
  private static final int ROUNDS = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ThreeNodes mesh;

  ContestedRegistrationTest(ThreeNodes mesh) {
    this.mesh = mesh;
  }

  /** The two that race for an id, on different gateways. */
  private record Rivals(String id, QisClient one, QisClient other) {
    boolean isLost(QisClient rival) {
      return rival.pending().stream()
          .anyMatch(message -> "AGENT_MOVED".equals(message.getString("code")));
    }

    boolean isDecided() {
      return isLost(one) || isLost(other);
    }

    /** The loser, while what told it so is still among what it received. */
    QisClient loser() {
      return isLost(one) ? one : other;
    }
  }

  @Test
  void shouldEndWithOneHolderEverywhere() throws Exception {
    List<String> ids = IntStream.range(0, ROUNDS).mapToObj("contested-%02d"::formatted).toList();
    List<QisClient> winners = new ArrayList<>();
    int[] wins = new int[ThreeNodes.SIZE];
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < ROUNDS; round++) {
        int place = round % ThreeNodes.SIZE;
        int otherPlace = (place + 1) % ThreeNodes.SIZE;
        Rivals rivals = new Rivals(ids.get(round), mesh.connect(place), mesh.connect(otherPlace));
        race(threads, rivals);
        eventually("the loser of " + rivals.id() + " is told", PATIENCE, rivals::isDecided);
        QisClient loser = rivals.loser();
        QisClient winner = loser == rivals.one() ? rivals.other() : rivals.one();
        winner.next("registered");
        assertLastHeardThatItLost(loser);
        assertIsUnregistered(loser);
        winners.add(winner);
        wins[winner == rivals.one() ? place : otherPlace]++;
        loser.close();
      }
    }
    // Registrations behind the losers' closing: it has taken effect by now.
    for (int place = 0; place < ThreeNodes.SIZE; place++) {
      mesh.agent(place, "fence-" + place, 0, 1);
    }
    Measured.note("wins by node: " + wins[0] + " " + wins[1] + " " + wins[2]);
    for (int place = 0; place < ThreeNodes.SIZE; place++) {
      assertHeld(place, ids);
    }
    for (QisClient winner : winners) {
      assertThat(winner.pending()).noneMatch(message -> message.containsKey("code"));
      for (int place = 0; place < ThreeNodes.SIZE; place++) {
        winner.next("incoming_outcome");
      }
    }
  }

  private static void race(ExecutorService threads, Rivals rivals) throws Exception {
    JsonObject register =
        new JsonObject()
            .put("type", "register")
            .put("agent_id", rivals.id())
            .put("fingerprint", QisClient.array(1, 0));
    CyclicBarrier start = new CyclicBarrier(2);
    List<Future<QisClient>> sent = new ArrayList<>();
    for (QisClient rival : List.of(rivals.one(), rivals.other())) {
      sent.add(
          threads.submit(() -> {
            start.await();
            return rival.send(register);
          }));
    }
    for (Future<QisClient> one : sent) {
      one.get();
    }
  }

  /** Clients pair replies by their order: the last word to the loser must be that it lost. */
  private static void assertLastHeardThatItLost(QisClient loser) {
    List<JsonObject> told = loser.settle().pending();
    assertThat(told.getLast().getString("code")).as("%s", told).isEqualTo("AGENT_MOVED");
    assertThat(told.stream().filter(message -> message.containsKey("code"))).hasSize(1);
  }

  private static void assertIsUnregistered(QisClient loser) {
    loser.next("error");
    JsonObject outcome =
        new JsonObject()
            .put("type", "outcome")
            .put("packet", new JsonObject().put("payload", "still there?"));
    assertThat(loser.isClosed()).isFalse();
    assertThat(loser.send(outcome).next("error").getString("code")).isEqualTo("NOT_REGISTERED");
  }

  private void assertHeld(int place, List<String> ids) {
    QisClient emitter = mesh.agent(place, "emitter-" + place);
    assertThat(named(emitter.emit("to the winners", 1, 0))).isEqualTo(ids);
    assertThat(mesh.agentsListedBy(place)).containsOnlyOnceElementsOf(ids);
    assertThat(mesh.agentsListedBy(place).stream().filter(ids::contains)).hasSize(ids.size());
  }
}
