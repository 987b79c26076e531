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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code registered} is sent when every router of the mesh holds the registration. */
@ExtendWith(CalmMesh.class)
class RegistrationEverywhereTest {
  private static final int ROUNDS = 300;
  private static final Duration SOON = Duration.ofSeconds(2);

  private final ThreeNodes mesh;
  private final Measured registering = new Measured("register to registered");

  RegistrationEverywhereTest(ThreeNodes mesh) {
    this.mesh = mesh;
  }

  @Test
  void shouldBeNamedByEveryAckAfterRegistered() {
    List<QisClient> registrars = new ArrayList<>();
    List<QisClient> emitters = new ArrayList<>();
    for (int place = 0; place < ThreeNodes.SIZE; place++) {
      registrars.add(mesh.connect(place));
      emitters.add(mesh.agent(place, "emitter-" + place, 0, 0, 1));
    }
    for (int round = 0; round < ROUNDS; round++) {
      int place = round % ThreeNodes.SIZE;
      List<String> expected = new ArrayList<>();
      for (int r = Math.max(0, round - 2); r <= round; r++) {
        expected.add("agent-" + r);
      }
      String id = "agent-" + round;
      QisClient registrar = registrars.get(place);
      registering.time(() -> registrar.register(id, 1, 0, 0));
      // The two routers farther away first, one after the other in turn.
      for (int step = 1; step <= ThreeNodes.SIZE; step++) {
        QisClient emitter = emitters.get((place + step) % ThreeNodes.SIZE);
        assertThat(named(emitter.emit(id, 1, 0, 0)))
            .as("round %d, step %d", round, step)
            .containsExactlyInAnyOrderElementsOf(expected);
      }
    }
    registering.report();
  }

  @Test
  void shouldBeNamedAlreadyByOutcomesSentBehindTheRegistration() {
    QisClient other = mesh.agent(1, "other", 1, 0);
    QisClient agent = mesh.connect(0);
    for (int round = 0; round < 20; round++) {
      agent
          .send(registration("behind-" + round, 1, 0))
          .send(outcome("from behind " + round, 1, 0))
          .send(registration("again-" + round, 0, 1))
          .send(outcome("to nobody", 0, 1));
      assertThat(agent.next("registered").getString("agent_id")).isEqualTo("behind-" + round);
      assertThat(named(agent.next("outcome_ack"))).containsExactly("other");
      assertThat(agent.next("registered").getString("agent_id")).isEqualTo("again-" + round);
      assertThat(named(agent.next("outcome_ack"))).isEmpty();
      JsonObject packet = other.next("incoming_outcome").getJsonObject("packet");
      assertThat(packet.getString("source_agent")).isEqualTo("behind-" + round);
    }
  }

  private static JsonObject registration(String agentId, double... fingerprint) {
    return new JsonObject()
        .put("type", "register")
        .put("agent_id", agentId)
        .put("fingerprint", QisClient.array(fingerprint));
  }

  private static JsonObject outcome(String payload, double... fingerprint) {
    JsonObject packet =
        new JsonObject().put("payload", payload).put("fingerprint", QisClient.array(fingerprint));
    return new JsonObject().put("type", "outcome").put("packet", packet);
  }

  @Test
  void shouldSoonBeNamedNoMoreAfterItsSocketClosed() {
    QisClient stays = mesh.agent(1, "stays", 1, 0, 0);
    List<QisClient> emitters = new ArrayList<>();
    for (int place = 0; place < ThreeNodes.SIZE; place++) {
      emitters.add(mesh.agent(place, "emitter-" + place, 0, 1, 0));
    }
    Measured leaving = new Measured("close to gone everywhere");
    for (int round = 0; round < 9; round++) {
      QisClient leaver = mesh.agent(round % ThreeNodes.SIZE, "leaver-" + round, 1, 0, 0);
      leaver.close();
      leaving.time(() ->
          eventually(
              "no ack names it",
              SOON,
              () ->
                  emitters.stream()
                      .allMatch(emitter ->
                          named(emitter.emit("gone?", 1, 0, 0)).equals(List.of("stays")))));
    }
    leaving.report();
    assertThat(stays.isClosed()).isFalse();
  }

  @Test
  void shouldForgetTheFirstIdWhenASessionRegistersAnother() {
    QisClient agent = mesh.agent(0, "first", 1, 0);
    QisClient emitter = mesh.agent(2, "emitter", 0, 1);
    assertThat(agent.register("second", 1, 0).getInteger("agent_count")).isEqualTo(2);
    assertThat(named(emitter.emit("who?", 1, 0))).containsExactly("second");
    for (int place = 0; place < ThreeNodes.SIZE; place++) {
      assertThat(mesh.agentsListedBy(place)).containsExactly("emitter", "second");
    }
  }

  @Test
  void shouldMatchTheNewFingerprintWhenASessionRegistersAgain() {
    QisClient agent = mesh.agent(0, "agent", 1, 0);
    List<QisClient> emitters = new ArrayList<>();
    for (int place = 0; place < ThreeNodes.SIZE; place++) {
      emitters.add(mesh.agent(place, "emitter-" + place));
    }
    for (int round = 0; round < 30; round++) {
      boolean even = round % 2 == 0;
      double[] held = even ? new double[] {0, 1} : new double[] {1, 0};
      double[] given = even ? new double[] {1, 0} : new double[] {0, 1};
      assertThat(agent.register("agent", held).getInteger("agent_count")).isEqualTo(4);
      for (QisClient emitter : emitters) {
        assertThat(named(emitter.emit("new", held))).containsExactly("agent");
        assertThat(named(emitter.emit("old", given))).isEmpty();
      }
    }
    agent.register("agent");
    assertThat(named(emitters.get(1).emit("none", 1, 0))).isEmpty();
  }

  @Test
  void shouldMoveAnIdBetweenSessionsOfOneGateway() {
    QisClient old = mesh.agent(0, "mine", 1, 0);
    QisClient now = mesh.agent(0, "mine", 1, 0);
    assertMoved(old, now);
  }

  @Test
  void shouldMoveAnIdBetweenSessionsOfTwoGateways() {
    QisClient old = mesh.agent(0, "mine", 1, 0);
    QisClient now = mesh.agent(2, "mine", 1, 0);
    assertMoved(old, now);
  }

  private void assertMoved(QisClient old, QisClient now) {
    assertThat(old.next("error").getString("code")).isEqualTo("AGENT_MOVED");
    QisClient emitter = mesh.agent(1, "emitter", 0, 1);
    assertThat(named(emitter.emit("one", 1, 0))).containsExactly("mine");
    now.next("incoming_outcome");
    assertThat(old.send(outcome("x", 1, 0)).next("error").getString("code"))
        .isEqualTo("NOT_REGISTERED");
    old.close();
    // What the old session's gateway does from now on comes after its closing.
    mesh.agent(0, "fence", 0, 1);
    for (int place = 0; place < ThreeNodes.SIZE; place++) {
      QisClient asker = mesh.agent(place, "asker-" + place);
      assertThat(named(asker.emit("two", 1, 0))).containsExactly("mine");
    }
    for (int place = 0; place < ThreeNodes.SIZE; place++) {
      now.next("incoming_outcome");
    }
    assertThat(old.pending()).noneMatch(one -> "incoming_outcome".equals(one.getString("type")));
  }
}
