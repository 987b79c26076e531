/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawWebSocket;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is answered to a message that cannot be taken, word for word where the reference has words.
 */
class QisErrorContractTest extends QisContract {
  @Test
  void anOutcomeBeforeARegistrationIsRefusedInTheReferencesWords() {
    RawWebSocket socket = raw();
    socket.sendText("{\"type\":\"outcome\",\"packet\":{\"fingerprint\":[1,0]}}");
    assertThat(socket.readText())
        .isEqualTo(
            "{\"type\":\"error\",\"code\":\"NOT_REGISTERED\","
                + "\"message\":\"register before depositing outcomes\",\"details\":{},"
                + "\"error\":\"register before depositing outcomes\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "not json",
        "[]",
        "[{\"type\":\"ping\"}]",
        "17",
        "\"text\"",
        "null",
        "true",
        "{",
        "{\"type\":\"ping\"",
        "{\"type\":\"ping\",}",
        "{\"type\":\"ping\"} {}",
        "{\"type\":\"ping\"}x",
        "{'type':'ping'}",
        "{\"type\":\"register\",\"fingerprint\":[1,",
        "{\"type\":\"outcome\",\"packet\":{\"fingerprint\":[1]}",
        "{\"type\":\"outcome\",\"packet\":{\"payload\":NaN}}"
      })
  void whatIsNoJsonObjectIsAnsweredInvalidJson(String text) {
    RawWebSocket socket = raw();
    socket.sendText(text, "{\"type\":\"ping\"}");
    JsonObject error = new JsonObject(socket.readText());
    assertThat(error.fieldNames()).containsExactly("type", "code", "message", "details", "error");
    assertThat(error.getString("type")).isEqualTo("error");
    assertThat(error.getString("code")).isEqualTo("INVALID_JSON");
    assertThat(error.getString("message")).isEqualTo("invalid JSON");
    assertThat(error.getString("error")).isEqualTo("invalid JSON");
    assertThat(error.getJsonObject("details").getString("reason")).isNotBlank();
    assertThat(socket.readText()).isEqualTo("{\"type\":\"pong\"}");
  }

  @Test
  void anUnknownTypeIsNamed() {
    JsonObject error = refusal(client().send("{\"type\":\"dance\"}"), "UNKNOWN_TYPE");
    assertThat(error.getString("error")).isEqualTo("unknown message type: dance");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"type\":null}", "{\"packet\":{}}"})
  void aMissingTypeIsNoneAsInPython(String text) {
    JsonObject error = refusal(client().send(text), "UNKNOWN_TYPE");
    assertThat(error.getString("error")).isEqualTo("unknown message type: None");
    assertThat(error.getJsonObject("details").getString("field")).isEqualTo("type");
    assertThat(error.getJsonObject("details").getString("came")).isEqualTo("nothing");
  }

  @Test
  void aProfileIsRefusedWhileNobodyEmbeds() {
    QisClient agent = client().send("{\"type\":\"register\",\"profile\":\"text\"}");
    JsonObject error = refusal(agent, "UNAVAILABLE");
    assertThat(error.getJsonObject("details").getString("role")).isEqualTo("embedder");
    agent.send("{\"type\":\"query\",\"profile\":\"text\"}");
    error = refusal(agent, "UNAVAILABLE");
    assertThat(error.getJsonObject("details").getString("role")).isEqualTo("embedder");
  }
}
