/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spaces: they never mix, each has one dimension, and thresholds may be stricter in them. */
class QisSpaceContractTest extends QisContract {
  @Test
  void fingerprintsOfDifferentSpacesNeverMatch() {
    QisClient emitter = agent("emitter");
    client().send(register("red", "red", 1, 0)).next("registered");
    client().send(register("blue", "blue", 1, 0)).next("registered");
    agent("plain", 1, 0);
    assertThat(emitter.send(inSpace("red", 1, 0)).next("outcome_ack").getJsonArray("routed_to"))
        .isEqualTo(new JsonArray().add("red"));
    assertThat(emitter.emit("p", 1, 0).getJsonArray("routed_to"))
        .isEqualTo(new JsonArray().add("plain"));
    assertThat(emitter.send(inSpace("2", 1, 0)).next("outcome_ack").getJsonArray("routed_to"))
        .isEqualTo(new JsonArray().add("plain"));
  }

  @Test
  void aSpaceHasOneDimension() {
    QisClient emitter = agent("emitter");
    client().send(register("a", "red", 1, 0)).next("registered");
    QisClient other = client().send(register("b", "red", 1, 0, 0));
    assertThat(refusal(other, "INVALID_FINGERPRINT").getString("message"))
        .isEqualTo("fingerprint: expected 2 numbers, as the space \"red\" has, got 3 numbers");
    emitter.send(inSpace("red", 1, 0, 0));
    assertThat(refusal(emitter, "INVALID_FINGERPRINT").getString("message"))
        .isEqualTo(
            "packet.fingerprint: expected 2 numbers, as the space \"red\" has, got 3 numbers");
  }

  @Test
  void aSpaceMayHaveAThresholdOfItsOwn() {
    QisClient emitter = agent("emitter");
    JsonObject reply = client().send(register("a", "strict", 1, 0)).next("registered");
    assertThat(reply.getDouble("similarity_threshold")).isEqualTo(0.9);
    JsonObject below = emitter.send(inSpace("strict", 0.8, 0.6)).next("outcome_ack");
    assertThat(below.getInteger("matches_found")).isZero();
  }

  @Test
  void aRegistrationMayAskForAStricterThreshold() {
    QisClient emitter = agent("emitter");
    JsonObject reply =
        client().send(register("a", "2", 1, 0).put("threshold", 0.95)).next("registered");
    assertThat(reply.getDouble("similarity_threshold")).isEqualTo(0.95);
    assertThat(emitter.emit("p", 0.9, 0.3).getInteger("matches_found")).isZero();
    assertThat(emitter.emit("p", 1, 0.1).getInteger("matches_found")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.74, 0, -1, 1.01})
  void aLooserThresholdIsRefusedAndTheFieldNamed(double threshold) {
    QisClient agent = client().send(register("a", "2", 1, 0).put("threshold", threshold));
    JsonObject error = refusal(agent, "INVALID_MESSAGE");
    assertThat(error.getJsonObject("details").getString("field")).isEqualTo("threshold");
    assertThat(error.getString("message"))
        .isEqualTo("threshold: expected a number from 0.75 to 1, got " + threshold);
  }

  private static JsonObject inSpace(String space, double... fingerprint) {
    return outcome(
        new JsonObject().put("space", space).put("fingerprint", QisClient.array(fingerprint)));
  }
}
