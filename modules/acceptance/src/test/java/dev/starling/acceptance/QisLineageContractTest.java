/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Outcomes that derive from others: how deep they go, and to whom they do not return. */
class QisLineageContractTest extends QisContract {
  @Test
  void anOutcomeTooManyHopsDeepExpires() {
    QisClient agent = agent("agent", 1, 0);
    QisClient emitter = agent("emitter", 1, 0);
    JsonObject deepest = emitter.send(outcome(hops(8))).next("outcome_ack");
    assertThat(deepest.getString("status")).isEqualTo("routed");
    JsonObject packet = agent.next("incoming_outcome").getJsonObject("packet");
    assertThat(packet.getInteger("hops")).isEqualTo(8);
    JsonObject expired = emitter.send(outcome(hops(9))).next("outcome_ack");
    assertThat(expired.getString("status")).isEqualTo("expired");
    assertThat(expired.getInteger("matches_found")).isZero();
    assertThat(expired.getJsonArray("routed_to")).isEmpty();
    assertNothingWaits(agent);
  }

  @Test
  void aSynthesisDoesNotReturnToTheAgentsItDerivesFrom() {
    QisClient a = agent("a", 1, 0);
    QisClient b = agent("b", 1, 0);
    QisClient c = agent("c", 1, 0);
    a.send(outcome(new JsonObject().put("outcome_id", "q-1"))).next("outcome_ack");
    b.next("incoming_outcome");
    c.next("incoming_outcome");
    JsonObject second = b.send(outcome(derived("q-2", "q-1"))).next("outcome_ack");
    assertThat(second.getJsonArray("routed_to")).isEqualTo(new JsonArray().add("c"));
    JsonObject packet = c.next("incoming_outcome").getJsonObject("packet");
    assertThat(packet.getInteger("hops")).isEqualTo(1);
    assertThat(packet.getJsonArray("derived_from")).isEqualTo(new JsonArray().add("q-1"));
    JsonObject third = c.send(outcome(derived("q-3", "q-2"))).next("outcome_ack");
    assertThat(third.getJsonArray("routed_to")).isEmpty();
    assertNothingWaits(a);
  }

  @Test
  void anAgentThatAsksForItGetsWhatDerivesFromItsOwn() {
    QisClient a = client().send(register("a", "2", 1, 0).put("accept_derived", true));
    a.next("registered");
    QisClient b = agent("b", 1, 0);
    a.send(outcome(new JsonObject().put("outcome_id", "p-1"))).next("outcome_ack");
    b.next("incoming_outcome");
    JsonObject ack = b.send(outcome(derived("p-2", "p-1"))).next("outcome_ack");
    assertThat(ack.getJsonArray("routed_to")).isEqualTo(new JsonArray().add("a"));
  }

  private static JsonObject hops(int hops) {
    return new JsonObject().put("hops", hops);
  }

  private static JsonObject derived(String id, String from) {
    return new JsonObject().put("outcome_id", id).put("derived_from", new JsonArray().add(from));
  }
}
