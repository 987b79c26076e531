/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.JsonTree;
import dev.starling.protocol.RawJson;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OutcomeEnvelopeTest {

  @Test
  void aPacketBeginsWithWhatTheMeshWrites() {
    assertThat(text(OutcomeEnvelope.packet("o-1", "a-1", 0, RawJson.of("\"payload\" : 1"))))
        .isEqualTo("{\"outcome_id\":\"o-1\",\"source_agent\":\"a-1\",\"payload\" : 1}");
  }

  @Test
  void hopsAreWrittenOnlyAboveZero() {
    assertThat(text(OutcomeEnvelope.packet("o", "a", 12, RawJson.of("\"x\":1"))))
        .isEqualTo("{\"outcome_id\":\"o\",\"source_agent\":\"a\",\"hops\":12,\"x\":1}");
    assertThat(text(OutcomeEnvelope.packet("o", "a", 1, RawJson.of(""))))
        .isEqualTo("{\"outcome_id\":\"o\",\"source_agent\":\"a\",\"hops\":1}");
    assertThat(text(OutcomeEnvelope.packet("o", "a", 0, RawJson.of(""))))
        .isEqualTo("{\"outcome_id\":\"o\",\"source_agent\":\"a\"}");
  }

  @Test
  void namesAreEscaped() {
    byte[] packet = OutcomeEnvelope.packet("a\"b\\\n\u0001", "é😀\u2028", 0, RawJson.of(""));

    assertThat(JsonTree.object(packet))
        .containsEntry("outcome_id", "a\"b\\\n\u0001")
        .containsEntry("source_agent", "é😀\u2028")
        .hasSize(2);
  }

  @Test
  void aMessageIsABeginningThatAllShareAndATailForEach() {
    byte[] packet = OutcomeEnvelope.packet("o", "a", 0, RawJson.of("\"p\":\"é\""));

    assertThat(text(OutcomeEnvelope.beginning(packet)))
        .isEqualTo(
            "{\"type\":\"incoming_outcome\",\"packet\":{\"outcome_id\":\"o\","
                + "\"source_agent\":\"a\",\"p\":\"é\"}");
    assertThat(text(OutcomeEnvelope.tail(0.87654321))).isEqualTo(",\"similarity\":0.8765}");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1.0", "0.99995, 1.0", "0.99994999, 0.9999", "0.75, 0.75", "0.12344999, 0.1234",
    "0.12345001, 0.1235", "0.00004, 0.0", "-0.00004, 0.0", "-0.5, -0.5", "-0.99996, -1.0",
    "0.00009, 1.0E-4", "0, 0.0"
  })
  void similaritiesAreRoundedToFourDigits(double similarity, String shown) {
    assertThat(Double.toString(OutcomeEnvelope.rounded(similarity))).isEqualTo(shown);
    assertThat(text(OutcomeEnvelope.tail(similarity))).isEqualTo(",\"similarity\":" + shown + "}");
  }

  @Test
  void aMissingFingerprintIsPutInFront() {
    Fingerprint print = Fingerprint.of(0.1f, -2, 1e-10f);

    assertThat(OutcomeEnvelope.withFingerprint(RawJson.of("\"p\" : \"é\""), print))
        .hasToString("\"fingerprint\":[0.1,-2.0,1.0E-10],\"p\" : \"é\"");
    Fingerprint named = new Fingerprint("téxt", new float[] {1});
    assertThat(OutcomeEnvelope.withFingerprint(RawJson.of("\"p\":{\"space\":1}"), named))
        .hasToString("\"fingerprint\":[1.0],\"space\":\"téxt\",\"p\":{\"space\":1}");
    assertThat(OutcomeEnvelope.withFingerprint(RawJson.of("\"space\":\"x\""), named))
        .hasToString("\"fingerprint\":[1.0],\"space\":\"x\"");
    assertThat(OutcomeEnvelope.withFingerprint(RawJson.of(""), print))
        .hasToString("\"fingerprint\":[0.1,-2.0,1.0E-10]");
  }

  @Test
  void everyFloatSurvivesTheWayThroughJson() {
    Random random = new Random(42);
    for (int i = 0; i < 100; i++) {
      float[] values = new float[i == 0 ? 1 : 4096];
      for (int j = 0; j < values.length; j++) {
        values[j] = finiteFloat(random);
      }
      values[0] = i % 2 == 0 ? -0f : Float.MIN_VALUE;
      RawJson members =
          OutcomeEnvelope.withFingerprint(
              RawJson.of("\"space\":\"s\""), new Fingerprint("s", values));
      byte[] packet = OutcomeEnvelope.packet("o", "a", 0, members);
      byte[] message = bytes("{\"type\":\"outcome\",\"packet\":" + text(packet) + "}");
      assertThat(QisReading.read(message, 0, message.length))
          .isInstanceOfSatisfying(
              QisClientMessage.Outcome.class,
              outcome ->
                  assertThat(outcome.packet().fingerprint())
                      .isEqualTo(new Fingerprint("s", values)));
    }
  }

  private static float finiteFloat(Random random) {
    float value = Float.intBitsToFloat(random.nextInt());
    return Float.isFinite(value) ? value : random.nextFloat();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
