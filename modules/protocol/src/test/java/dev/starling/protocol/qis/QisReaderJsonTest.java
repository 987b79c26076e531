/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import static dev.starling.protocol.qis.QisReading.read;
import static dev.starling.protocol.session.Refusals.requireInvalidJson;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.qis.QisClientMessage.Outcome;
import dev.starling.protocol.qis.QisClientMessage.Ping;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as one JSON object, and what is refused as none. */
final class QisReaderJsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "x",
        "null",
        "5",
        "\"ping\"",
        "true",
        "[]",
        "[{\"type\":\"ping\"}]",
        "{",
        "}",
        "{\"type\"}",
        "{\"type\":}",
        "{\"type\":\"ping\"",
        "{\"type\":\"ping\",}",
        "{\"type\":\"ping\"}}",
        "{\"type\":\"ping\"} x",
        "{\"type\":\"ping\"}{}",
        "{\"type\":\"ping\"} 1",
        "{\"type\":\"ping\"},",
        "{\"type\":\"x\"} 1",
        "{\"type\":\"x\",}",
        "{\"type\":\"x\"",
        "{\"type\":5,",
        "{\"type\":5} 1",
        "{} {}",
        "{}]",
        "{'type':'ping'}",
        "{type:\"ping\"}",
        "{\"type\":\"ping\",\"a\":01}",
        "{\"type\":\"ping\",\"a\":.5}",
        "{\"type\":\"ping\",\"a\":1.}",
        "{\"type\":\"ping\",\"a\":+1}",
        "{\"type\":\"ping\",\"a\":tru}",
        "{\"type\":\"ping\",\"a\":undefined}",
        "{\"type\":\"ping\",\"a\":\"\\x\"}",
        "{\"type\":\"ping\",\"a\":\"\\u12\"}",
        "{\"type\":\"ping\",\"a\":\"\n\"}",
        "{\"type\":\"ping\"/**/}",
        "{\"type\":\"ping\"} // x",
        "\uFEFF{\"type\":\"ping\"}",
        "{\"type\":\"ping\"}\u0000"
      })
  void whatIsNotOneJsonObjectIsInvalidJson(String text) {
    requireInvalidJson(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":NaN}",
        "{\"type\":\"ping\",\"timestamp\":NaN}",
        "{\"type\":\"ping\",\"id\":NaN}",
        "{\"type\":\"ping\",\"x\":Infinity}",
        "{\"type\":\"x\",\"x\":-Infinity}",
        "{\"x\":NaN}",
        "{\"type\":\"register\",\"threshold\":NaN}",
        "{\"type\":\"register\",\"agent_id\":NaN}",
        "{\"type\":\"register\",\"fingerprint\":NaN}",
        "{\"type\":\"register\",\"fingerprint\":[[NaN]]}",
        "{\"type\":\"register\",\"meta\":{\"a\":[{\"b\":NaN}]}}",
        "{\"type\":\"register\",\"meta\":NaN}",
        "{\"type\":\"query\",\"limit\":NaN,\"profile\":\"x\"}",
        "{\"type\":\"outcome\",\"packet\":NaN}",
        "{\"type\":\"outcome\",\"packet\":[NaN]}",
        "{\"type\":\"outcome\",\"packet\":{\"payload\":NaN}}",
        "{\"type\":\"outcome\",\"packet\":{\"payload\":{\"a\":[1,{\"b\":[Infinity]}]}}}",
        "{\"type\":\"outcome\",\"packet\":{\"confidence\":NaN}}",
        "{\"type\":\"outcome\",\"packet\":{\"timestamp\":NaN}}",
        "{\"type\":\"outcome\",\"packet\":{\"hops\":NaN}}",
        "{\"type\":\"outcome\",\"packet\":{\"source_agent\":NaN}}",
        "{\"type\":\"outcome\",\"packet\":{\"derived_from\":[NaN]}}"
      })
  void aLiteralThatIsNoNumberIsInvalidJsonOutsideFingerprints(String text) {
    requireInvalidJson(text);
  }

  @Test
  void numbersBeyondEveryRangeAreJsonAllTheSame() {
    String members = "\"payload\":{\"a\":[1e999,-1e-999,123456789012345678901234567890]}";

    assertThat(read("{\"type\":\"outcome\",\"packet\":{" + members + "}}"))
        .isEqualTo(
            new Outcome(null, new OutcomePacket(null, null, List.of(), 0, RawJson.of(members))));
  }

  @Test
  void nestingIsBounded() {
    String deep = "[".repeat(900) + "]".repeat(900);
    String tooDeep = "[".repeat(100_000) + "]".repeat(100_000);

    assertThat(read("{\"type\":\"ping\",\"x\":" + deep + "}")).isEqualTo(new Ping(null, null));
    requireInvalidJson("{\"type\":\"ping\",\"x\":" + tooDeep + "}");
    requireInvalidJson("{\"type\":\"outcome\",\"packet\":{\"payload\":" + tooDeep + "}}");
    requireInvalidJson("{\"type\":\"register\",\"fingerprint\":" + tooDeep + "}");
    requireInvalidJson("{\"type\":" + tooDeep + "}");
  }
}
