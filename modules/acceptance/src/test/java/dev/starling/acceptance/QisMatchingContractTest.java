/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Which agents an outcome or a query finds, in which order, and how similar they are said to be.
 */
class QisMatchingContractTest extends QisContract {
  @Test
  void anAckHasTheReferencesFieldsInItsOrderAndThePushItsPacket() {
    RawWebSocket receiver = raw();
    receiver.sendText("{\"type\":\"register\",\"agent_id\":\"b\",\"fingerprint\":[1,0]}");
    receiver.readText();
    RawWebSocket emitter = raw();
    emitter.sendText("{\"type\":\"register\",\"agent_id\":\"a\",\"fingerprint\":[1,0]}");
    emitter.readText();
    emitter.sendText(
        "{\"type\":\"outcome\",\"packet\":{\"outcome_id\":\"ack-1\",\"fingerprint\":[1,0],"
            + "\"payload\":\"p\",\"confidence\":0.85,\"timestamp\":1712345678.9}}");
    assertThat(emitter.readText())
        .isEqualTo(
            "{\"type\":\"outcome_ack\",\"status\":\"routed\",\"outcome_id\":\"ack-1\","
                + "\"matches_found\":1,\"routed_to\":[\"b\"]}");
    assertThat(receiver.readText())
        .isEqualTo(
            "{\"type\":\"incoming_outcome\",\"packet\":{\"outcome_id\":\"ack-1\","
                + "\"source_agent\":\"a\",\"fingerprint\":[1,0],\"payload\":\"p\","
                + "\"confidence\":0.85,\"timestamp\":1712345678.9},\"similarity\":1.0}");
  }

  @Test
  void theEmitterIsExcludedHoweverWellItMatches() {
    QisClient emitter = agent("emitter", 1, 0);
    QisClient other = agent("other", 1, 0);
    assertThat(routedTo(emitter.emit("p", 1, 0))).isEqualTo(List.of("other"));
    other.next("incoming_outcome");
    assertNothingWaits(emitter);
  }

  @Test
  void anAgentWithoutAFingerprintMatchesNothing() {
    QisClient silent = agent("silent");
    QisClient emitter = agent("emitter", 1, 0);
    assertThat(emitter.emit("p", 1, 0).getInteger("matches_found")).isZero();
    assertNothingWaits(silent);
  }

  @Test
  void theThresholdIsDecidedOnTheUnroundedCosine() {
    QisClient emitter = agent("emitter");
    agent("exactly", 3, 2, 1, 1, 1);
    agent("hair-below", 3, 2, 1, 1, 1.000001);
    agent("hair-above", 3.000001, 2, 1, 1, 1);
    agent("0.7499", 0.7499, Math.sqrt(1 - 0.7499 * 0.7499), 0, 0, 0);
    agent("0.7501", 0.7501, Math.sqrt(1 - 0.7501 * 0.7501), 0, 0, 0);
    JsonObject ack = emitter.emit("p", 1, 0, 0, 0, 0);
    assertThat(routedTo(ack)).isEqualTo(List.of("0.7501", "exactly", "hair-above"));
    assertThat(ack.getInteger("matches_found")).isEqualTo(3);
  }

  @Test
  void receiversAreInOrderOfTheRoundedSimilarityAndThenOfTheirIds() {
    QisClient emitter = agent("emitter");
    agent("d", 0.8, 0.6);
    agent("c", 1, 0);
    agent("a", 1, 0.003);
    agent("b", 1, 0.001);
    agent("e", 0.9, 0.1);
    assertThat(routedTo(emitter.emit("p", 1, 0))).isEqualTo(List.of("a", "b", "c", "e", "d"));
  }

  @Test
  void thePushTellsTheSimilarityRoundedToFourDigits() {
    QisClient emitter = agent("emitter");
    QisClient agent = agent("agent", 0.9, 0.1);
    emitter.emit("p", 1, 0);
    assertThat(agent.next("incoming_outcome").getDouble("similarity")).isEqualTo(0.9939);
  }

  @Test
  void aQueryNamesTheClosestAgents() {
    agent("near", 1, 0.1);
    agent("nearest", 1, 0);
    agent("far", 0, 1);
    QisClient asker = client();
    JsonObject reply =
        asker.send("{\"type\":\"query\",\"fingerprint\":[1,0]}").next("query_result");
    assertThat(reply.encode())
        .isEqualTo(
            "{\"type\":\"query_result\",\"agents\":[{\"agent_id\":\"nearest\",\"similarity\":1.0},"
                + "{\"agent_id\":\"near\",\"similarity\":0.995}]}");
    JsonObject one =
        asker.send("{\"type\":\"query\",\"fingerprint\":[1,0],\"limit\":1}").next("query_result");
    assertThat(one.getJsonArray("agents")).hasSize(1);
  }
}
