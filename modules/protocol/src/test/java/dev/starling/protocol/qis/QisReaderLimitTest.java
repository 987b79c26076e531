/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import static dev.starling.protocol.qis.QisReading.packet;
import static dev.starling.protocol.qis.QisReading.read;
import static dev.starling.protocol.session.Refusals.requireRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.qis.QisClientMessage.Outcome;
import dev.starling.protocol.qis.QisClientMessage.Ping;
import dev.starling.protocol.qis.QisClientMessage.Query;
import dev.starling.protocol.qis.QisClientMessage.Register;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long texts, lists and numbers may be: the longest is taken, the next is refused. */
final class QisReaderLimitTest {
  @Test
  void namesHaveAtMost256Characters() {
    String longest = "é".repeat(256);
    String longer = longest + "x";

    assertThat(read("{\"type\":\"register\",\"agent_id\":\"" + longest + "\"}"))
        .isEqualTo(new Register(null, longest, null, null, null, null, false, 0));
    for (String field : List.of("agent_id", "space")) {
      requireRefused(
          "{\"type\":\"register\",\"" + field + "\":\"" + longer + "\"}",
          ErrorCode.INVALID_MESSAGE,
          field,
          "at most 256 characters",
          "257 characters");
    }
    for (String field : List.of("outcome_id", "space")) {
      assertThat(read(packet("\"" + field + "\":\"" + longest + "\""))).isNotNull();
      requireRefused(
          packet("\"" + field + "\":\"" + longer + "\""),
          ErrorCode.INVALID_MESSAGE,
          "packet." + field,
          "at most 256 characters",
          "257 characters");
    }
  }

  @Test
  void aProfileHasAtMost8192Characters() {
    String longest = "p".repeat(8192);

    for (String type : List.of("register", "query")) {
      assertThat(read("{\"type\":\"" + type + "\",\"profile\":\"" + longest + "\"}")).isNotNull();
      requireRefused(
          "{\"type\":\"" + type + "\",\"profile\":\"" + longest + "p\"}",
          ErrorCode.INVALID_MESSAGE,
          "profile",
          "at most 8192 characters",
          "8193 characters");
    }
  }

  @Test
  void metaHasAtMost16384Bytes() {
    String longest = "{\"a\":\"" + "é".repeat((16384 - 8) / 2) + "\"}";

    assertThat(read("{\"type\":\"register\",\"meta\":" + longest + "}"))
        .isEqualTo(new Register(null, null, null, null, null, RawJson.of(longest), false, 0));
    requireRefused(
        "{\"type\":\"register\",\"meta\":" + longest.replace("\"a\"", "\"a\" ") + "}",
        ErrorCode.INVALID_MESSAGE,
        "meta",
        "at most 16384 bytes",
        "16385 bytes");
  }

  @Test
  void anIdHasAtMost256Bytes() {
    String longest = "\"" + "i".repeat(254) + "\"";

    assertThat(read("{\"type\":\"ping\",\"id\":" + longest + "}"))
        .isEqualTo(new Ping(RawJson.of(longest), null));
    requireRefused(
        "{\"type\":\"ping\",\"id\":\"" + "i".repeat(255) + "\"}",
        ErrorCode.INVALID_MESSAGE,
        "id",
        "at most 256 bytes",
        "257 bytes");
  }

  @Test
  void anOutcomeHasAtMost64Parents() {
    String most = String.join(",", Collections.nCopies(64, "\"p\""));

    assertThat(read(packet("\"derived_from\":[" + most + "],\"hops\":1000000")))
        .isEqualTo(
            new Outcome(
                null,
                new OutcomePacket(
                    null,
                    null,
                    Collections.nCopies(64, "p"),
                    1_000_000,
                    RawJson.of("\"derived_from\":[" + most + "]"))));
    requireRefused(
        packet("\"derived_from\":[" + most + ",\"p\"]"),
        ErrorCode.INVALID_MESSAGE,
        "packet.derived_from",
        "at most 64 strings",
        "more");
    requireRefused(
        packet("\"derived_from\":[\"" + "p".repeat(257) + "\"]"),
        ErrorCode.INVALID_MESSAGE,
        "packet.derived_from[0]",
        "at most 256 characters",
        "257 characters");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000})
  void aLimitWithinItsBoundsIsTaken(int limit) {
    assertThat(read("{\"type\":\"query\",\"profile\":\"x\",\"limit\":" + limit + "}"))
        .isEqualTo(new Query(null, null, "x", limit));
  }
}
