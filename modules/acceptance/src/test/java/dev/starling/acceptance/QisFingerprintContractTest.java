/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which fingerprints are taken, and what stands for one that is missing. */
class QisFingerprintContractTest extends QisContract {
  @Test
  void aZeroFingerprintRegistersAndMatchesNothingNotEvenItself() {
    QisClient emitter = agent("emitter");
    QisClient zero = agent("zero", 0, 0);
    agent("one", 1, 0);
    assertThat(routedTo(emitter.emit("p", 1, 0))).isEqualTo(List.of("one"));
    assertThat(emitter.emit("p", 0, 0).getInteger("matches_found")).isZero();
    assertNothingWaits(zero);
  }

  @Test
  void aBadFingerprintIsRefusedAndChangesNothing() {
    QisClient emitter = agent("emitter");
    QisClient agent = agent("agent", 1, 0);
    List<String> bad =
        List.of(
            "[]",
            "[NaN,0]",
            "[Infinity,0]",
            "[-Infinity]",
            "[1,null]",
            "[\"1\",\"0\"]",
            "[[1],[0]]",
            "\"1,0\"",
            "{\"0\":1}",
            "true",
            "[1e39,0]",
            "[-1e39]",
            "[1e400]",
            numbers(4097));
    for (String fingerprint : bad) {
      agent.send(
          "{\"type\":\"register\",\"agent_id\":\"agent\",\"fingerprint\":" + fingerprint + "}");
      JsonObject error = refusal(agent, "INVALID_FINGERPRINT");
      assertThat(error.getString("message")).as(fingerprint).startsWith("fingerprint");
      assertThat(routedTo(emitter.emit("p", 1, 0)))
          .as("after " + fingerprint)
          .isEqualTo(List.of("agent"));
    }
  }

  @Test
  void aBadFingerprintInAPacketIsRefusedAndNothingIsRouted() {
    QisClient emitter = agent("emitter", 1, 0);
    QisClient agent = agent("agent", 1, 0);
    for (String fingerprint : List.of("[]", "[NaN,0]", "[1,null]", "[1e39,0]", numbers(4097))) {
      emitter.send("{\"type\":\"outcome\",\"packet\":{\"fingerprint\":" + fingerprint + "}}");
      JsonObject error = refusal(emitter, "INVALID_FINGERPRINT");
      assertThat(error.getString("message")).startsWith("packet.fingerprint");
    }
    assertNothingWaits(agent);
  }

  @Test
  void theLongestFingerprintIsTaken() {
    QisClient agent = client();
    agent.send(
        "{\"type\":\"register\",\"agent_id\":\"long\",\"fingerprint\":" + numbers(4096) + "}");
    assertThat(agent.next("registered").getString("agent_id")).isEqualTo("long");
  }

  @Test
  void fingerprintsOfDifferentDimensionNeverMatch() {
    QisClient emitter = agent("emitter");
    agent("two", 1, 0);
    agent("three", 1, 0, 0);
    assertThat(routedTo(emitter.emit("p", 1, 0))).isEqualTo(List.of("two"));
    assertThat(routedTo(emitter.emit("p", 1, 0, 0))).isEqualTo(List.of("three"));
    assertThat(emitter.emit("p", 1, 0, 0, 0).getInteger("matches_found")).isZero();
  }

  @Test
  void aPacketWithoutAFingerprintHasTheAgentsOwnAndCarriesIt() {
    QisClient agent = agent("agent", 0.5, -0.25, 1);
    QisClient emitter = agent("emitter", 0.5, -0.25, 1);
    assertThat(emitter.emit("p").getInteger("matches_found")).isEqualTo(1);
    JsonObject packet = agent.next("incoming_outcome").getJsonObject("packet");
    assertThat(packet.getJsonArray("fingerprint")).isEqualTo(QisClient.array(0.5, -0.25, 1));
    assertThat(packet.getString("payload")).isEqualTo("p");
  }

  @Test
  void aPacketWithoutAFingerprintFromAnAgentWithoutOneIsRefused() {
    QisClient emitter = agent("emitter");
    emitter.send("{\"type\":\"outcome\",\"packet\":{\"payload\":\"p\"}}");
    JsonObject error = refusal(emitter, "INVALID_FINGERPRINT");
    assertThat(error.getJsonObject("details").getString("field")).isEqualTo("packet.fingerprint");
  }

  private static String numbers(int count) {
    return IntStream.range(0, count).mapToObj(i -> "1").collect(Collectors.joining(",", "[", "]"));
  }
}
