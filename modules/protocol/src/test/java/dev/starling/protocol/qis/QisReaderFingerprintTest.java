/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import static dev.starling.protocol.qis.QisReading.packet;
import static dev.starling.protocol.qis.QisReading.read;
import static dev.starling.protocol.session.Refusals.requireInvalidJson;
import static dev.starling.protocol.session.Refusals.requireRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.qis.QisClientMessage.Outcome;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fingerprints, wherever they stand, and profiles in their place. */
final class QisReaderFingerprintTest {
  private static final String NOT_FINITE = "a finite number within the range of a 32-bit float";
  private static final String AN_ARRAY = "an array of 1 to 4096 numbers";

  @Test
  void aFingerprintHasOneTo4096FiniteNumbersWhereverItStands() {
    String most = String.join(",", Collections.nCopies(4096, "0.5"));
    for (String field : List.of("register", "query", "packet.fingerprint")) {
      boolean inPacket = field.startsWith("packet");
      String before = inPacket ? packetHead() : "{\"type\":\"" + field + "\",\"fingerprint\":";
      String after = inPacket ? "}}" : "}";
      String name = inPacket ? field : "fingerprint";
      assertThat(read(before + "[" + most + "]" + after)).isNotNull();
      requireFingerprint(before + "[" + most + ",1]" + after, name, AN_ARRAY, "4097 numbers");
      requireFingerprint(before + "[ ]" + after, name, AN_ARRAY, "0 numbers");
      requireFingerprint(before + "\"1,2\"" + after, name, AN_ARRAY, "a string");
      requireFingerprint(before + "{\"0\":1}" + after, name, AN_ARRAY, "an object");
      requireFingerprint(before + "[1,NaN]" + after, name + "[1]", NOT_FINITE, "NaN");
      requireFingerprint(before + "[-1e39]" + after, name + "[0]", NOT_FINITE, "-Infinity");
      requireFingerprint(before + "[1,null]" + after, name + "[1]", "a number", "null");
      requireFingerprint(before + "[1,2,\"3\"]" + after, name + "[2]", "a number", "a string");
      requireInvalidJson(before + "[1,2" + after);
      requireInvalidJson(before + "[1,]" + after);
      requireInvalidJson(before + "[01]" + after);
      requireInvalidJson(before + "[null,01]" + after);
    }
  }

  @Test
  void theSpaceOfAPacketMayComeBeforeOrBehindItsFingerprint() {
    Fingerprint inNews = new Fingerprint("news", new float[] {1, 2});

    for (String members :
        List.of(
            "\"space\":\"news\",\"fingerprint\":[1,2]",
            "\"fingerprint\":[1,2],\"space\":\"news\"")) {
      assertThat(read(packet(members)))
          .isEqualTo(
              new Outcome(
                  null, new OutcomePacket(null, inNews, List.of(), 0, RawJson.of(members))));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"register", "query"})
  void aFingerprintAndAProfileExcludeEachOther(String type) {
    requireRefused(
        "{\"type\":\"" + type + "\",\"fingerprint\":[1],\"profile\":\"x\"}",
        ErrorCode.INVALID_MESSAGE,
        "profile",
        "a fingerprint or a profile",
        "both");
  }

  @Test
  void aQueryForNothingIsRefused() {
    requireRefused(
        "{\"type\":\"query\",\"limit\":5}",
        ErrorCode.INVALID_FINGERPRINT,
        "fingerprint",
        "a fingerprint or a profile",
        "neither");
  }

  private static String packetHead() {
    return "{\"type\":\"outcome\",\"packet\":{\"fingerprint\":";
  }

  private static void requireFingerprint(String text, String field, String expected, String came) {
    requireRefused(text, ErrorCode.INVALID_FINGERPRINT, field, expected, came);
  }
}
