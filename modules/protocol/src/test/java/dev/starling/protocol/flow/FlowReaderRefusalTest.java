/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import static dev.starling.protocol.flow.FlowReading.message;
import static dev.starling.protocol.session.Refusals.refusal;
import static dev.starling.protocol.session.Refusals.requireRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import java.util.List;
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
          agent_spawn   | "name":"n"                    | kind       | the kind of agent to start | nothing
          agent_spawn   | "kind":7                      | kind       | a string             | a number
          agent_spawn   | "kind":"coder","node":[]      | node       | a string             | an array
          agent_spawn   | "kind":"coder","swarm":7      | swarm      | a string             | a number
          task_submit   | "target":"a"                  | description | what is to be done, in words | nothing
          task_submit   | "description":"d","priority":"urgent" | priority | one of low, normal, high, critical | urgent
          task_submit   | "description":"d","input":[1] | input      | an object            | an array
          task_submit   | "description":"d","timeoutMs":0 | timeoutMs | a number of milliseconds from 1 to 604800000 | 0.0
          task_cancel   | "id":1                        | taskId     | the task's id        | nothing
          task_report   | "taskId":"t"                  | attempt    | the attempt that came with the task | nothing
          task_report   | "taskId":"t","attempt":0      | attempt    | a whole number from 1 to 1000000 | 0
          task_report   | "taskId":"t","attempt":1,"progress":101 | progress | a number from 0 to 100 | 101.0
          task_report   | "taskId":"t","attempt":1,"status":"failed" | reason | why the task failed | nothing
          task_report   | "taskId":"t","attempt":1,"status":"done" | status | one of progressing, completed, failed | done
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
              entry("known", List.of(EVENTS.split(", "))));
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
        .containsEntry("expected", "base64")
        .containsEntry("came", "other text");
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
}
