/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import static dev.starling.protocol.flow.FlowReading.message;
import static dev.starling.protocol.session.Refusals.refusal;
import static dev.starling.protocol.session.Refusals.requireInvalidJson;
import static dev.starling.protocol.session.Refusals.requireRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages that are JSON and yet refused: which code, which field, what was expected and what came.
 */
final class FlowReaderRefusalTest {
  private static final String EVENTS =
      "positions, graph_update, simulation_state, agent_status, task_progress, gpu_analytics,"
          + " anomaly_detected, system_event, settings_updated, outcome_routed";
  private static final String NODE_ACTIONS =
      "one of node_selected, node_deselected, node_drag_start, node_drag, node_drag_end, node_pin,"
          + " node_unpin";
  private static final String NODE = "a node's key or its frame id";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          auth          | "id":{},"token":"t"           | id         | a string or a number | an object
          auth          | "token":5                     | token      | a string             | a number
          auth          | "token":["t"]                 | token      | a string             | an array
          auth          | "token":"\\ud800"             | token      | Unicode text         | half of a surrogate pair
          auth          | "pubkey":"p"                  | token      | a JSON Web Token     | nothing
          auth          | "token":null                  | token      | a JSON Web Token     | nothing
          auth          | "token":""                    | token      | a JSON Web Token     | an empty string
          auth          | "token":"t","token":null      | token      | a JSON Web Token     | nothing
          auth          | "token":"t","pubkey":{}       | pubkey     | a string             | an object
          subscribe     | "id":true,"events":[]         | id         | a string or a number | true
          subscribe     | "events":"agent_status"       | events     | an array of strings  | a string
          subscribe     | "events":{"a":1}              | events     | an array of strings  | an object
          subscribe     | "events":["positions",1]      | events[1]  | a string             | a number
          subscribe     | "events":[["positions"]]      | events[0]  | a string             | an array
          subscribe     | "events":["positions",null]   | events[1]  | a string             | null
          unsubscribe   | "events":7                    | events     | an array of strings  | a number
          unsubscribe   | "events":[{"a":[]}]           | events[0]  | a string             | an object
          agent_control | "id":[1]                      | id         | a string or a number | an array
          agent_control | "action":"stop"               | agentId    | the agent's id       | nothing
          agent_control | "action":"stop","agentId":""  | agentId    | the agent's id       | an empty string
          agent_control | "action":"stop","agentId":5   | agentId    | a string             | a number
          agent_control | "action":true,"agentId":"a"   | action     | a string             | true
          voice_command | "command":{"a":1}             | command    | a string             | an object
          voice_command | "audioData":[1,2]             | audioData  | a string             | an array
          voice_command | "command":"c","format":1      | format     | a string             | a number
          voice_command | "command":"c","sessionId":1   | sessionId  | a string             | a number
          voice_command | "command":"c","userId":[]     | userId     | a string             | an array
          voice_command | "command":"c","timestamp":"t" | timestamp  | a number             | a string
          voice_command | "command":"c","timestamp":1e999 | timestamp | a finite number     | Infinity
          voice_command | "command":"c","id":false      | id         | a string or a number | false
          voice_command | "userId":"u"                  | command    | a command, audioData or both | neither
          voice_command | "command":" \\t "             | command    | a command, audioData or both | neither
          voice_command | "command":"","audioData":""   | command    | a command, audioData or both | neither
          voice_start   | "sessionId":{}                | sessionId  | a string             | an object
          voice_start   | "id":[]                       | id         | a string or a number | an array
          voice_stop    | "sessionId":4                 | sessionId  | a string             | a number
          voice_stop    | "id":{}                       | id         | a string or a number | an object
          """)
  void aFieldThatIsMissingOrOfTheWrongKindIsRefusedByName(
      String type, String members, String field, String expected, String came) {
    requireRefused(message(type, members), ErrorCode.INVALID_MESSAGE, field, expected, came);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                       | nothing
          "sampleRate":null        | nothing
          "sampleRate":0           | 0
          "sampleRate":7999        | 7999
          "sampleRate":48001       | 48001
          "sampleRate":-16000      | -16000
          "sampleRate":16000.5     | 16000.5
          "sampleRate":1.6e4       | 1.6e4
          "sampleRate":"16000"     | a string
          "sampleRate":[16000]     | an array
          """)
  void speechHasASampleRateWithinBounds(String members, String came) {
    requireRefused(
        message("voice_start", members),
        ErrorCode.INVALID_MESSAGE,
        "sampleRate",
        "a whole number from 8000 to 48000",
        came);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``             | nothing
          "action":null, | nothing
          "action":"",   | ``
          "action":"fly",| fly
          "action":"NODE_PIN", | NODE_PIN
          "action":"pause", | pause
          """)
  void anActionOnANodeIsOneOfThose(String action, String came) {
    requireRefused(
        message("graph_interaction", action + "\"nodeId\":1"),
        ErrorCode.INVALID_MESSAGE,
        "action",
        NODE_ACTIONS,
        came);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                 | nothing
          "action":null,     | nothing
          "action":"kill",   | kill
          "action":"Pause",  | Pause
          "action":"node_pin", | node_pin
          """)
  void anActionOnAnAgentIsOneOfThose(String action, String came) {
    requireRefused(
        message("agent_control", action + "\"agentId\":\"a\""),
        ErrorCode.INVALID_MESSAGE,
        "action",
        "one of pause, resume, stop, restart",
        came);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                     | nothing
          ,"nodeId":null         | nothing
          ,"nodeId":""           | an empty string
          ,"nodeId":true         | true
          ,"nodeId":{"key":"n"}  | an object
          ,"nodeId":[1]          | an array
          """)
  void aNodeIsNamedByAStringOrANumber(String node, String came) {
    requireRefused(
        message("graph_interaction", "\"action\":\"node_pin\"" + node),
        ErrorCode.INVALID_MESSAGE,
        "nodeId",
        NODE,
        came);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "2147483648", "4294967296", "1.5", "1e3", "1e999"})
  void aFrameIdIsAWholeNumberThatIsNeverTruncated(String id) {
    requireRefused(
        message("graph_interaction", "\"action\":\"node_pin\",\"nodeId\":" + id),
        ErrorCode.INVALID_MESSAGE,
        "nodeId",
        "a whole number from 0 to 2147483647",
        id);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          5                            | position   | an object                                 | a number
          "x"                          | position   | an object                                 | a string
          [1,2,3]                      | position   | an object                                 | an array
          null                         | position   | an object with x, y and z                 | nothing
          {}                           | position.x | a number                                  | nothing
          {"y":1,"z":2}                | position.x | a number                                  | nothing
          {"x":1,"z":2}                | position.y | a number                                  | nothing
          {"x":1,"y":2}                | position.z | a number                                  | nothing
          {"x":1,"y":2,"z":null}       | position.z | a number                                  | nothing
          {"x":"1","y":2,"z":3}        | position.x | a number                                  | a string
          {"x":1,"y":[2],"z":3}        | position.y | a number                                  | an array
          {"x":1,"y":2,"z":{"a":3}}    | position.z | a number                                  | an object
          {"x":1,"y":2,"z":1e999}      | position.z | a finite number                           | Infinity
          {"x":-1e999,"y":2,"z":3}     | position.x | a finite number                           | -Infinity
          {"x":3.5e38,"y":2,"z":3}     | position.x | a number within the range of a 32-bit float | 3.5E38
          {"x":1,"y":-1e300,"z":3}     | position.y | a number within the range of a 32-bit float | -1.0E300
          """)
  void aPositionHasThreeCoordinatesThatAFrameCanCarry(
      String position, String field, String expected, String came) {
    requireRefused(
        message(
            "graph_interaction",
            "\"action\":\"node_drag\",\"nodeId\":\"n\",\"position\":" + position),
        ErrorCode.INVALID_MESSAGE,
        field,
        expected,
        came);
  }

  @Test
  void aPositionIsCheckedEvenWhereItIsNotNeeded() {
    requireRefused(
        message("graph_interaction", "\"action\":\"node_pin\",\"nodeId\":1,\"position\":{\"x\":1}"),
        ErrorCode.INVALID_MESSAGE,
        "position.y",
        "a number",
        "nothing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "x"                          | events[0] | x
          "Agent_Status"               | events[0] | Agent_Status
          "positions",""               | events[1] | ``
          "positions","é","nothing"    | events[1] | é
          "agent-status"               | events[0] | agent-status
          "*"                          | events[0] | *
          """)
  void anUnknownEventIsNamedAndTheKnownOnesAreListed(String events, String field, String came) {
    for (String type : new String[] {"subscribe", "unsubscribe"}) {
      RefusalException refusal = refusal(message(type, "\"events\":[" + events + "]"));
      assertThat(refusal.code()).isEqualTo(ErrorCode.UNKNOWN_EVENT);
      assertThat(refusal.text()).isEqualTo("unknown event: " + came);
      assertThat(refusal.details())
          .containsExactly(
              entry("field", field),
              entry("expected", "one of " + EVENTS),
              entry("came", came),
              entry("known", EVENTS));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"events\":null", "\"event\":[\"positions\"]"})
  void aSubscriptionNamesItsEvents(String members) {
    requireRefused(
        message("subscribe", members),
        ErrorCode.INVALID_MESSAGE,
        "events",
        "an array of " + EVENTS,
        "nothing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A",
        "A===",
        "=",
        "====",
        "AA=A",
        "AA==AA==",
        "A A=",
        "AAAA\\n",
        "-_8=",
        "é===",
        "😀",
        "\\u0000",
        "data:audio/wav;base64,AAAA",
        "AAAAA"
      })
  void audioThatIsNotBase64IsRefused(String audio) {
    RefusalException refusal =
        refusal(message("voice_command", "\"command\":\"c\",\"audioData\":\"" + audio + "\""));

    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
    assertThat(refusal.details())
        .containsEntry("field", "audioData")
        .containsEntry("expected", "base64");
    assertThat(String.valueOf(refusal.details().get("came"))).startsWith("other text (");
  }

  /** The first thing that is wrong is told, whatever stands behind it; what is right is dropped. */
  @Test
  void aMessageWithOneBadFieldIsRefusedWhole() {
    requireRefused(
        message("agent_control", "\"action\":\"stop\",\"agentId\":\"a\",\"id\":{}"),
        ErrorCode.INVALID_MESSAGE,
        "id",
        "a string or a number",
        "an object");
    requireRefused(
        message("voice_start", "\"sampleRate\":1,\"sampleRate\":16000"),
        ErrorCode.INVALID_MESSAGE,
        "sampleRate",
        "a whole number from 8000 to 48000",
        "1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"auth\",\"token\":NaN}",
        "{\"type\":\"auth\",\"token\":\"t\",\"x\":NaN}",
        "{\"type\":\"auth\",\"token\":\"t\"",
        "{\"type\":\"auth\",\"token\":\"t\"}}",
        "{\"type\":\"auth\",\"token\":\"t\"} {}",
        "{\"type\":\"auth\",\"token\":\"t\",}",
        "{\"type\":\"subscribe\",\"events\":NaN}",
        "{\"type\":\"subscribe\",\"events\":[NaN]}",
        "{\"type\":\"subscribe\",\"events\":[\"positions\"",
        "{\"type\":\"subscribe\",\"events\":[\"positions\",]}",
        "{\"type\":\"graph_interaction\",\"action\":\"node_pin\",\"nodeId\":NaN}",
        "{\"type\":\"graph_interaction\",\"action\":\"node_pin\",\"nodeId\":01}",
        "{\"type\":\"graph_interaction\",\"action\":\"node_pin\",\"nodeId\":1,\"position\":NaN}",
        "{\"type\":\"graph_interaction\",\"position\":{\"x\":NaN,\"y\":1,\"z\":1}}",
        "{\"type\":\"graph_interaction\",\"position\":{\"x\":1,\"y\":-Infinity,\"z\":1}}",
        "{\"type\":\"graph_interaction\",\"position\":{\"x\":1,\"q\":[Infinity]}}",
        "{\"type\":\"graph_interaction\",\"position\":{\"x\":1]}",
        "{\"type\":\"agent_control\",\"id\":NaN}",
        "{\"type\":\"agent_control\",\"action\":Infinity}",
        "{\"type\":\"voice_command\",\"command\":\"c\",\"timestamp\":NaN}",
        "{\"type\":\"voice_command\",\"command\":\"\\x\"}",
        "{\"type\":\"voice_command\",\"command\":\"\u0001\"}",
        "{\"type\":\"voice_start\",\"sampleRate\":NaN}",
        "{\"type\":\"voice_stop\",\"sessionId\":NaN}"
      })
  void whatIsNoJsonIsRefusedWhole(String text) {
    requireInvalidJson(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"auth\",\"token\":\"%s",
        "{\"type\":\"auth\",\"token\":\"%s\"",
        "{\"type\":\"auth\",\"token\":\"%s\"} x",
        "{\"type\":\"auth\",\"token\":\"%s\\x\"}",
        "{\"type\":\"auth\",\"token\":'%s'}",
        "{\"type\":\"auth\",\"token\":\"%s\\ud800\"}",
        "{\"type\":\"auth\",\"token\":[\"%s\"]}",
        "{\"type\":\"auth\",\"token\":{\"%s\":1}}",
        "{\"type\":\"auth\",\"token\":\"%s\",\"id\":{}}",
        "{\"type\":\"auth\",\"token\":\"%s\",\"pubkey\":5}",
        "{\"type\":\"auth\",\"token\":\"%s\",\"token\":null}",
        "{\"type\":\"auth\",\"token\":%s}",
        "{\"type\":\"auth\",\"token\":Bearer %s}",
        "{\"type\":\"auth\",\"%s\":\"token\"}",
        "{\"type\":\"auth\",%s:\"token\"}"
      })
  void noRefusalRepeatsAToken(String form) {
    String token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl";
    RefusalException refusal = refusal(form.formatted(token));

    assertThat(refusal.text() + refusal.details())
        .doesNotContain("eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiJtZSJ9", "c2lnbmF0dXJl");
  }

  @Test
  void aTokenThatIsTooLongIsNotRepeatedEither() {
    RefusalException refusal = refusal(message("auth", "\"token\":\"" + "s".repeat(8193) + "\""));

    assertThat(refusal.text())
        .isEqualTo("token: expected at most 8192 characters, got 8193 characters");
  }
}
