/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawWebSocket;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a packet must hold, what the mesh writes into it, and that the rest travels untouched. */
class QisPacketContractTest extends QisContract {
  @ParameterizedTest
  @ValueSource(strings = {"", ",\"packet\":null", ",\"packet\":[]", ",\"packet\":\"p\""})
  void aMissingPacketIsNamed(String packet) {
    QisClient emitter = agent("emitter", 1, 0);
    JsonObject error =
        refusal(emitter.send("{\"type\":\"outcome\"" + packet + "}"), "INVALID_MESSAGE");
    assertThat(error.getJsonObject("details").getString("field")).isEqualTo("packet");
    assertThat(error.getString("message")).startsWith("packet: expected an object, got ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0.0001", "1.0001", "17", "NaN", "\"0.5\"", "true", "[0.5]"})
  void aConfidenceOutsideZeroToOneIsRefused(String confidence) {
    QisClient emitter = agent("emitter", 1, 0);
    emitter.send("{\"type\":\"outcome\",\"packet\":{\"confidence\":" + confidence + "}}");
    JsonObject error = emitter.next("error");
    boolean isJson = !confidence.equals("NaN");
    assertThat(error.getString("code")).isEqualTo(isJson ? "INVALID_CONFIDENCE" : "INVALID_JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"confidence\":0", "\"confidence\":1", "\"confidence\":null"})
  void aConfidenceMayBeMissing(String confidence) {
    QisClient emitter = agent("emitter", 1, 0);
    emitter.send("{\"type\":\"outcome\",\"packet\":{" + confidence + "}}");
    assertThat(emitter.next("outcome_ack").getString("status")).isEqualTo("routed");
  }

  @Test
  void theSourceIsTheMeshsWordHoweverTheClientWritesIt() {
    RawWebSocket receiver = raw();
    receiver.sendText("{\"type\":\"register\",\"agent_id\":\"b\",\"fingerprint\":[1]}");
    receiver.readText();
    QisClient emitter = agent("a");
    emitter.send(
        "{\"type\":\"outcome\",\"packet\":{\"source_agent\":\"mallory\",\"outcome_id\":\"o\","
            + "\"fingerprint\":[1],\"source\\u005fagent\":{\"x\":[1]},\"payload\":1,"
            + "\"source_agent\":null}}");
    emitter.next("outcome_ack");
    assertThat(receiver.readText())
        .isEqualTo(
            "{\"type\":\"incoming_outcome\",\"packet\":{\"outcome_id\":\"o\","
                + "\"source_agent\":\"a\",\"fingerprint\":[1],\"payload\":1},\"similarity\":1.0}");
  }

  @Test
  void unknownFieldsOfAPacketTravelUntouched() {
    RawWebSocket receiver = raw();
    receiver.sendText("{\"type\":\"register\",\"agent_id\":\"b\",\"fingerprint\":[1,2.50]}");
    receiver.readText();
    QisClient emitter = agent("ä\"\\");
    String members =
        "\"fingerprint\" : [1.0,  2.50e0 ],\"n\":1.10,\"big\":12345678901234567890123,"
            + "\"text\":\"\\u00e9\\/é😀\\n\",\"deep\":{\"a\":[ {\"b\" : null} ], \"a\":2},"
            + "\"payload\":\"\"";
    emitter.send("{\"type\":\"outcome\",\"packet\":{\"outcome_id\":\"o\"," + members + "}}");
    emitter.next("outcome_ack");
    assertThat(receiver.readText())
        .isEqualTo(
            "{\"type\":\"incoming_outcome\",\"packet\":{\"outcome_id\":\"o\","
                + "\"source_agent\":\"ä\\\"\\\\\","
                + members
                + "},\"similarity\":1.0}");
  }
}
