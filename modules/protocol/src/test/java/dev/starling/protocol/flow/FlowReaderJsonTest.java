/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import static dev.starling.protocol.flow.FlowReading.message;
import static dev.starling.protocol.session.Refusals.refusal;
import static dev.starling.protocol.session.Refusals.requireInvalidJson;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RefusalException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused as no JSON, and what no refusal repeats. */
final class FlowReaderJsonTest {

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
