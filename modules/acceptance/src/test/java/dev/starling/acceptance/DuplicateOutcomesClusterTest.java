/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ThreeNodes.named;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An outcome that a client sends again is routed once, through whichever gateway it comes. */
@ExtendWith(CalmMesh.class)
class DuplicateOutcomesClusterTest {
  private static final int OUTCOMES = 60;

  private final ThreeNodes mesh;

  DuplicateOutcomesClusterTest(ThreeNodes mesh) {
    this.mesh = mesh;
  }

  static JsonObject outcome(String id) {
    JsonObject packet =
        new JsonObject()
            .put("outcome_id", id)
            .put("payload", id)
            .put("fingerprint", QisClient.array(1, 0));
    return new JsonObject().put("type", "outcome").put("packet", packet);
  }

  /** Sends outcomes of some ids, pipelined; what their acks say. */
  static List<JsonObject> emitAll(QisClient emitter, List<String> ids) {
    ids.forEach(id -> emitter.send(outcome(id)));
    List<JsonObject> acks = new ArrayList<>();
    ids.forEach(id -> acks.add(emitter.next("outcome_ack")));
    return acks;
  }

  @Test
  void shouldAnswerWithTheFirstResultThroughAnotherGateway() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < OUTCOMES; i++) {
      ids.add("outcome-" + i);
    }
    QisClient receiver = mesh.agent(2, "receiver", 1, 0);
    QisClient emitter = mesh.agent(0, "emitter", 0, 1);
    assertThat(emitAll(emitter, ids))
        .allSatisfy(ack -> assertThat(ack.getString("status")).isEqualTo("routed"));
    mesh.agent(1, "came later", 1, 0);
    for (int place = 1; place <= ThreeNodes.SIZE; place++) {
      emitter.close();
      emitter = mesh.agent(place % ThreeNodes.SIZE, "emitter", 0, 1);
      List<JsonObject> again = emitAll(emitter, ids);
      for (int i = 0; i < OUTCOMES; i++) {
        assertThat(again.get(i).getString("status")).isEqualTo("duplicate");
        assertThat(again.get(i).getString("outcome_id")).isEqualTo(ids.get(i));
        assertThat(again.get(i).getInteger("matches_found")).isEqualTo(1);
        assertThat(named(again.get(i))).containsExactly("receiver");
      }
    }
    assertThat(named(emitter.emit("fence", 1, 0))).contains("receiver");
    for (String id : ids) {
      assertThat(receiver.next("incoming_outcome").getJsonObject("packet").getString("outcome_id"))
          .isEqualTo(id);
    }
    assertThat(receiver.next("incoming_outcome").getJsonObject("packet").getString("payload"))
        .isEqualTo("fence");
  }

  @Test
  void shouldRouteOnceWhatIsSentTwiceAtTheSameMoment() {
    QisClient receiver = mesh.agent(2, "receiver", 1, 0);
    QisClient emitter = mesh.agent(0, "emitter", 0, 1);
    List<String> twice = new ArrayList<>();
    for (int i = 0; i < OUTCOMES; i++) {
      twice.add("twin-" + i);
      twice.add("twin-" + i);
    }
    List<JsonObject> acks = emitAll(emitter, twice);
    for (int i = 0; i < acks.size(); i++) {
      assertThat(acks.get(i).getString("status")).isEqualTo(i % 2 == 0 ? "routed" : "duplicate");
      assertThat(named(acks.get(i))).containsExactly("receiver");
    }
    emitter.emit("fence", 1, 0);
    for (int i = 0; i <= OUTCOMES; i++) {
      receiver.next("incoming_outcome");
    }
    assertThat(receiver.settle().pending()).isEmpty();
  }

  @Test
  void shouldKeepIdsOfDifferentSourcesApart() {
    QisClient receiver = mesh.agent(2, "receiver", 1, 0);
    for (int place = 0; place < ThreeNodes.SIZE; place++) {
      QisClient emitter = mesh.agent(place, "emitter-" + place, 0, 1);
      JsonObject ack = emitAll(emitter, List.of("same id")).getFirst();
      assertThat(ack.getString("status")).isEqualTo("routed");
      receiver.next("incoming_outcome");
    }
  }
}
