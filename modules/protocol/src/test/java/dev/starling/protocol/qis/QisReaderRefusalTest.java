/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import static dev.starling.protocol.qis.QisReading.packet;
import static dev.starling.protocol.qis.QisReading.read;
import static dev.starling.protocol.session.Refusals.refusal;
import static dev.starling.protocol.session.Refusals.requireRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.qis.QisClientMessage.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages that are JSON and yet refused: which code, which field, what was expected and what came.
 */
final class QisReaderRefusalTest {
  private static final String KNOWN =
      "register, outcome, query, ping, auth, subscribe, unsubscribe, settings,"
          + " settings_batch, graph_interaction, agent_control, agent_spawn, task_submit,"
          + " task_cancel, task_report, voice_command, voice_start, voice_stop";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                        | None
          {"a":1,"b":{"type":"ping"}}               | None
          {"type":null}                             | None
          {"type":"x"}                              | x
          {"type":""}                               | ``
          {"type":"Ping"}                           | Ping
          {"a":[],"type":"outcomes","b":{}}         | outcomes
          {"type":5}                                | 5
          {"type":true}                             | true
          {"type":{ "a" : 1 }}                      | { "a" : 1 }
          {"type":["ping"]}                         | ["ping"]
          {"type":"é😀"}                            | é😀
          """)
  void anUnknownTypeIsNamed(String text, String type) {
    RefusalException refusal = refusal(text);

    assertThat(refusal.code()).isEqualTo(ErrorCode.UNKNOWN_TYPE);
    assertThat(refusal.text()).isEqualTo("unknown message type: " + type);
    assertThat(refusal.details())
        .containsExactly(
            entry("field", "type"),
            entry("expected", "one of " + KNOWN),
            entry("came", type.equals("None") ? "nothing" : type),
            entry("known", List.of(KNOWN.split(", "))));
  }

  @Test
  void aVeryLongTypeIsCutInTheReply() {
    String expected = "unknown message type: " + "x".repeat(256);

    assertThat(refusal("{\"type\":\"" + "x".repeat(100_000) + "\"}").text()).isEqualTo(expected);
    assertThat(refusal("{\"type\":" + "1".repeat(900) + "}").text())
        .isEqualTo("unknown message type: " + "1".repeat(256));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          register | "agent_id":5              | agent_id          | a string                          | a number
          register | "agent_id":{}             | agent_id          | a string                          | an object
          register | "agent_id":true           | agent_id          | a string                          | true
          register | "space":[]                | space             | a string                          | an array
          register | "profile":false           | profile           | a string                          | false
          register | "threshold":"1"           | threshold         | a number                          | a string
          register | "threshold":1e999         | threshold         | a finite number                   | Infinity
          register | "meta":[]                 | meta              | an object                         | an array
          register | "meta":"x"                | meta              | an object                         | a string
          register | "accept_derived":1        | accept_derived    | true or false                     | a number
          register | "accept_derived":"true"   | accept_derived    | true or false                     | a string
          register | "tasks":-1                | tasks             | a whole number from 0 to 1000     | -1
          register | "tasks":1001              | tasks             | a whole number from 0 to 1000     | 1001
          register | "tasks":1.5               | tasks             | a whole number from 0 to 1000     | 1.5
          register | "tasks":"2"               | tasks             | a whole number from 0 to 1000     | a string
          register | "id":{}                   | id                | a string or a number              | an object
          register | "id":true                 | id                | a string or a number              | true
          register | "agent_id":"\\ud800"      | agent_id          | Unicode text                      | half of a surrogate pair
          query    | "limit":0                 | limit             | a whole number from 1 to 1000     | 0
          query    | "limit":1001              | limit             | a whole number from 1 to 1000     | 1001
          query    | "limit":-1                | limit             | a whole number from 1 to 1000     | -1
          query    | "limit":1.5               | limit             | a whole number from 1 to 1000     | 1.5
          query    | "limit":99999999999999999999 | limit          | a whole number from 1 to 1000     | 99999999999999999999
          query    | "limit":"5"               | limit             | a whole number from 1 to 1000     | a string
          query    | "id":[1]                  | id                | a string or a number              | an array
          query    | "space":1                 | space             | a string                          | a number
          query    | "profile":{}              | profile           | a string                          | an object
          ping     | "id":false                | id                | a string or a number              | false
          ping     | "timestamp":{}            | timestamp         | a string or a number              | an object
          outcome  | "id":{}                   | id                | a string or a number              | an object
          outcome  | "id":1                    | packet            | an object                         | nothing
          outcome  | "packet":null             | packet            | an object                         | null
          outcome  | "packet":"x"              | packet            | an object                         | a string
          outcome  | "packet":[{}]             | packet            | an object                         | an array
          """)
  void aFieldOfTheWrongKindOrRangeIsRefusedByName(
      String type, String members, String field, String expected, String came) {
    requireRefused(
        "{\"type\":\"" + type + "\"," + members + "}",
        ErrorCode.INVALID_MESSAGE,
        field,
        expected,
        came);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "outcome_id":1           | packet.outcome_id      | a string                          | a number
          "outcome_id":"\\udc00"   | packet.outcome_id      | Unicode text                      | half of a surrogate pair
          "space":{}               | packet.space           | a string                          | an object
          "timestamp":"now"        | packet.timestamp       | a number                          | a string
          "timestamp":1e999        | packet.timestamp       | a finite number                   | Infinity
          "hops":-1                | packet.hops            | a whole number from 0 to 1000000  | -1
          "hops":1000001           | packet.hops            | a whole number from 0 to 1000000  | 1000001
          "hops":0.5               | packet.hops            | a whole number from 0 to 1000000  | 0.5
          "hops":"2"               | packet.hops            | a whole number from 0 to 1000000  | a string
          "derived_from":"x"       | packet.derived_from    | an array of strings               | a string
          "derived_from":{}        | packet.derived_from    | an array of strings               | an object
          "derived_from":["a",1]   | packet.derived_from[1] | a string                          | a number
          "derived_from":[[]]      | packet.derived_from[0] | a string                          | an array
          "derived_from":["a",null]| packet.derived_from[1] | a string                          | null
          """)
  void aFieldOfAPacketIsRefusedByName(String members, String field, String expected, String came) {
    requireRefused(packet(members), ErrorCode.INVALID_MESSAGE, field, expected, came);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          1.0000000000000002 | 1.0000000000000002
          -0.001             | -0.001
          2                  | 2.0
          1e999              | Infinity
          "0.5"              | a string
          true               | true
          [0.5]              | an array
          {}                 | an object
          """)
  void aConfidenceLiesFromZeroToOne(String value, String came) {
    requireRefused(
        packet("\"confidence\":" + value),
        ErrorCode.INVALID_CONFIDENCE,
        "packet.confidence",
        "a number from 0 to 1",
        came);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "0.0", "1.0", "-0", "5e-1", "null", "0.85", "1e-999"})
  void aConfidenceWithinItsBoundsIsTaken(String value) {
    assertThat(read(packet("\"confidence\":" + value))).isInstanceOf(Outcome.class);
  }

  @Test
  void whatCameIsShownInFortyCharactersAtMost() {
    requireRefused(
        "{\"type\":\"query\",\"limit\":" + "7".repeat(41) + "}",
        ErrorCode.INVALID_MESSAGE,
        "limit",
        "a whole number from 1 to 1000",
        "7".repeat(40) + "…");
  }

  @Test
  void anAgentCannotTakeTheNameOfThoseWhoPost() {
    RefusalException refusal = refusal("{\"type\":\"register\",\"agent_id\":\"rest:anonymous\"}");

    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
    assertThat(refusal.details()).containsEntry("field", "agent_id");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":NaN}    | NaN and Infinity are no JSON
          {"a":1       | Unexpected end-of-input
          [1]          | expected one JSON object
          {} {}        | expected one JSON object
          {"a":x}      | Unrecognized token 'x'
          \uFEFF{}     | the text begins with a byte-order mark (U+FEFF): leave it out
          """)
  void whyATextIsNoJsonStandsInTheDetails(String text, String reason) {
    RefusalException refusal = refusal(text);

    assertThat(refusal.text()).isEqualTo("invalid JSON");
    assertThat(String.valueOf(refusal.details().get("reason"))).startsWith(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {            | Unexpected end-of-input: expected close marker for Object
          {"a":1]      | Unexpected close marker ']': expected '}'
          // c         | Unexpected character ('/' (code 47))
          {"a":+1}     | Unexpected character ('+' (code 43)) in numeric value: JSON spec does not allow numbers to have plus signs
          """)
  void whyATextIsNoJsonIsSaidWithoutTheReadersInnards(String text, String reason) {
    assertThat(refusal(text).details()).containsEntry("reason", reason);
  }

  @Test
  void aPostedBodyWithAByteOrderMarkIsToldSo() {
    byte[] marked = "\uFEFF{\"packet\":{}}".getBytes(StandardCharsets.UTF_8);
    RefusalException refusal =
        catchThrowableOfType(RefusalException.class, () -> QisReader.posted(marked));
    assertThat(String.valueOf(refusal.details().get("reason"))).contains("byte-order mark");
  }

  @Test
  void whereTheTroubleOfATextBeginsStandsInTheDetails() {
    assertThat(refusal("{\"a\":x}").details()).containsEntry("offset", 5L);
  }

  @Test
  void whatIsTooDeepIsToldTheLimit() {
    RefusalException refusal = refusal("{\"a\":" + "[".repeat(100_000));

    assertThat(refusal.text()).isEqualTo("invalid JSON");
    assertThat(String.valueOf(refusal.details().get("reason")))
        .contains("1000")
        .doesNotContain("StreamReadConstraints");
  }
}
