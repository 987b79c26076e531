/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What replies repeat of their messages, and the order of replies and pushes. */
class QisReplyContractTest extends QisContract {
  @Test
  void aBarePingGetsABarePong() {
    RawWebSocket socket = raw();
    socket.sendText("{\"type\":\"ping\"}");
    assertThat(socket.readText()).isEqualTo("{\"type\":\"pong\"}");
  }

  @Test
  void aPingWithATimestampGetsItBackWithTheServersTime() {
    RawWebSocket socket = raw();
    long before = System.currentTimeMillis();
    socket.sendText("{\"type\":\"ping\",\"timestamp\":1712345678901}");
    String text = socket.readText();
    assertThat(text)
        .startsWith("{\"type\":\"pong\",\"timestamp\":1712345678901,\"serverTime\":")
        .endsWith("}");
    assertThat(new JsonObject(text).getLong("serverTime"))
        .isBetween(before, System.currentTimeMillis());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"text é\"", "17", "-1.50", "\"\""})
  void everyReplyRepeatsTheIdOfItsMessage(String id) {
    RawWebSocket socket = raw();
    String tail = ",\"id\":" + id + "}";
    socket.sendText("{\"type\":\"register\",\"agent_id\":\"a\",\"fingerprint\":[1]" + tail);
    assertThat(socket.readText()).startsWith("{\"type\":\"registered\"").endsWith(tail);
    socket.sendText("{\"type\":\"outcome\",\"packet\":{}" + tail);
    assertThat(socket.readText()).startsWith("{\"type\":\"outcome_ack\"").endsWith(tail);
    socket.sendText("{\"type\":\"ping\"" + tail);
    assertThat(socket.readText()).isEqualTo("{\"type\":\"pong\"" + tail);
    socket.sendText("{\"type\":\"query\",\"fingerprint\":[1]" + tail);
    assertThat(socket.readText()).startsWith("{\"type\":\"query_result\"").endsWith(tail);
    for (String bad :
        List.of(
            "{\"type\":\"dance\"",
            "{\"type\":\"register\",\"fingerprint\":[]",
            "{\"type\":\"register\",\"profile\":\"text\"",
            "{\"type\":\"outcome\"",
            "{\"type\":\"outcome\",\"packet\":{\"confidence\":2}")) {
      socket.sendText(bad + tail);
      assertThat(socket.readText()).startsWith("{\"type\":\"error\"").endsWith(tail);
    }
  }

  @Test
  void repliesToPipelinedMessagesLeaveInTheirOrder() {
    RawWebSocket socket = raw();
    List<String> messages = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String tail = ",\"id\":" + i + "}";
      switch (i % 4) {
        case 0 -> {
          messages.add(
              "{\"type\":\"register\",\"agent_id\":\"p" + i + "\",\"fingerprint\":[1,0]" + tail);
          expected.add("registered " + i);
        }
        case 1 -> {
          messages.add("{\"type\":\"outcome\",\"packet\":{}" + tail);
          expected.add("outcome_ack " + i);
        }
        case 2 -> {
          messages.add("{\"type\":\"outcome\",\"packet\":{\"outcome_id\":\"i" + i + "\"}" + tail);
          expected.add("outcome_ack " + i);
        }
        default -> {
          messages.add("{\"type\":\"register\",\"profile\":\"p\"" + tail);
          expected.add("error " + i);
        }
      }
    }
    socket.sendText(messages.toArray(String[]::new));
    List<String> replies = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      JsonObject reply = new JsonObject(socket.readText());
      replies.add(reply.getString("type") + " " + reply.getInteger("id"));
    }
    assertThat(replies).isEqualTo(expected);
  }

  @Test
  void anOutcomeRightBehindARegistrationWaitsForIt() {
    QisClient receiver = agent("receiver", 1, 0);
    RawWebSocket socket = raw();
    socket.sendText(
        "{\"type\":\"register\",\"agent_id\":\"quick\",\"fingerprint\":[1,0]}",
        "{\"type\":\"outcome\",\"packet\":{\"payload\":\"first\"}}",
        "{\"type\":\"outcome\",\"packet\":{\"payload\":\"second\"}}");
    assertThat(socket.readText()).startsWith("{\"type\":\"registered\"");
    assertThat(socket.readText()).contains("\"routed_to\":[\"receiver\"]");
    assertThat(socket.readText()).contains("\"routed_to\":[\"receiver\"]");
    for (String payload : List.of("first", "second")) {
      JsonObject packet = receiver.next("incoming_outcome").getJsonObject("packet");
      assertThat(packet.getString("payload")).isEqualTo(payload);
      assertThat(packet.getString("source_agent")).isEqualTo("quick");
    }
  }

  @Test
  void outcomesOfOneEmitterReachOneReceiverInTheirOrder() {
    QisClient receiver = agent("receiver", 1, 0);
    RawWebSocket socket = raw();
    socket.sendText("{\"type\":\"register\",\"agent_id\":\"emitter\",\"fingerprint\":[1,0]}");
    socket.readText();
    List<String> messages = new ArrayList<>();
    List<Integer> emitted = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      String id = i % 2 == 0 ? ",\"outcome_id\":\"n" + i + "\"" : "";
      messages.add("{\"type\":\"outcome\",\"packet\":{\"payload\":" + i + id + "}}");
      emitted.add(i);
    }
    socket.sendText(messages.toArray(String[]::new));
    List<Integer> received = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      JsonObject packet = receiver.next("incoming_outcome").getJsonObject("packet");
      received.add(packet.getInteger("payload"));
    }
    assertThat(received).isEqualTo(emitted);
  }
}
