/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ThreeNodes.named;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two outcomes of one emitter reach one receiver in the order in which they were emitted. */
@ExtendWith(CalmMesh.class)
class OutcomeOrderingTest {
  /** So few that cold processes on busy cores answer each within the 5 s that it may take. */
  private static final int OUTCOMES = 500;

  private final ThreeNodes mesh;

  OutcomeOrderingTest(ThreeNodes mesh) {
    this.mesh = mesh;
  }

  @Test
  void shouldKeepTheOrderOfOneEmitter() {
    assertKept("plain", i -> false, i -> false);
  }

  @Test
  void shouldKeepTheOrderWhereSomeOutcomesWaitForTheOwnerOfTheirId() {
    assertKept("own", i -> i % 3 == 0, i -> false);
  }

  @Test
  void shouldKeepTheOrderWhereSomeOutcomesWaitForTheirLineage() {
    assertKept("derived", i -> i % 5 == 0, i -> i % 7 == 0);
  }

  private void assertKept(String name, IntPredicate hasOwnId, IntPredicate isDerived) {
    List<QisClient> receivers = new ArrayList<>();
    List<QisClient> emitters = new ArrayList<>();
    for (int place = 0; place < ThreeNodes.SIZE; place++) {
      receivers.add(mesh.agent(place, "receiver-" + place, 1, 0));
      emitters.add(mesh.agent(place, "emitter-" + place, 0, 1));
    }
    for (int i = 0; i < OUTCOMES; i++) {
      for (int e = 0; e < emitters.size(); e++) {
        JsonObject packet =
            new JsonObject().put("fingerprint", QisClient.array(1, 0)).put("payload", i);
        if (hasOwnId.test(i)) {
          packet.put("outcome_id", name + "-" + e + "-" + i);
        }
        if (isDerived.test(i)) {
          packet.put("derived_from", new JsonArray().add("never seen"));
        }
        QisClient emitter = emitters.get(e);
        emitter.socket().writeTextMessage(outcome(packet)).onFailure(failure -> emitter.close());
      }
    }
    List<Integer> all = IntStream.range(0, OUTCOMES).boxed().toList();
    for (QisClient emitter : emitters) {
      for (int i = 0; i < OUTCOMES; i++) {
        JsonObject ack = emitter.next("outcome_ack");
        assertThat(named(ack)).as("ack %d", i).hasSize(ThreeNodes.SIZE);
        if (hasOwnId.test(i)) {
          assertThat(ack.getString("outcome_id")).endsWith("-" + i);
        }
      }
    }
    for (QisClient receiver : receivers) {
      List<List<Integer>> bySource =
          List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (int i = 0; i < OUTCOMES * emitters.size(); i++) {
        JsonObject packet = receiver.next("incoming_outcome").getJsonObject("packet");
        String source = packet.getString("source_agent");
        bySource
            .get(Integer.parseInt(source.substring("emitter-".length())))
            .add(packet.getInteger("payload"));
      }
      assertThat(bySource).allSatisfy(payloads -> assertThat(payloads).isEqualTo(all));
    }
  }

  private static String outcome(JsonObject packet) {
    return new JsonObject().put("type", "outcome").put("packet", packet).encode();
  }
}
