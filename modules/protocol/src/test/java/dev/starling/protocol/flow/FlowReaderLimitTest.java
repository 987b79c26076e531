/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import static dev.starling.protocol.flow.FlowReading.message;
import static dev.starling.protocol.flow.FlowReading.read;
import static dev.starling.protocol.session.Refusals.requireInvalidJson;
import static dev.starling.protocol.session.Refusals.requireRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.FlowClientMessage.Subscribe;
import dev.starling.protocol.flow.FlowClientMessage.VoiceCommand;
import dev.starling.protocol.flow.FlowClientMessage.VoiceStop;
import java.util.Base64;
import java.util.Collections;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long texts and lists may be: the longest is taken, the next is refused. */
final class FlowReaderLimitTest {
  private static final int TEN_MIB = 10 * 1024 * 1024;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          auth              | ``                                  | token     | 8192
          auth              | "token":"t",                        | pubkey    | 256
          graph_interaction | "action":"node_pin",                | nodeId    | 256
          agent_control     | "action":"stop",                    | agentId   | 256
          agent_spawn       | "kind":"coder",                     | swarm     | 256
          voice_command     | ``                                  | command   | 4096
          voice_command     | "command":"c","audioData":"AAAA",   | format    | 32
          voice_command     | "command":"c",                      | sessionId | 256
          voice_command     | "command":"c",                      | userId    | 256
          voice_start       | "sampleRate":16000,                 | sessionId | 256
          voice_stop        | ``                                  | sessionId | 256
          """)
  void textsAreBoundedInCharacters(String type, String others, String field, int most) {
    String longest = "é".repeat(most);

    assertThat(read(message(type, others + "\"" + field + "\":\"" + longest + "\""))).isNotNull();
    requireRefused(
        message(type, others + "\"" + field + "\":\"" + longest + "x\""),
        ErrorCode.INVALID_MESSAGE,
        field,
        "at most " + most + " characters",
        (most + 1) + " characters");
  }

  @ParameterizedTest
  @CsvSource({"graph_interaction, action", "agent_control, action"})
  void anActionIsNotRepeatedAtAnyLength(String type, String field) {
    requireRefused(
        message(type, "\"" + field + "\":\"" + "x".repeat(100_000) + "\""),
        ErrorCode.INVALID_MESSAGE,
        field,
        "at most 256 characters",
        "100000 characters");
  }

  @Test
  void anIdHasAtMost256Bytes() {
    String longest = "\"" + "é".repeat(127) + "\"";

    assertThat(read(message("voice_stop", "\"id\":" + longest)))
        .isEqualTo(new VoiceStop(RawJson.of(longest), null));
    for (String type : FlowReader.TYPES) {
      requireRefused(
          message(type, "\"id\":\"" + "é".repeat(127) + "x\""),
          ErrorCode.INVALID_MESSAGE,
          "id",
          "at most 256 bytes",
          "257 bytes");
    }
  }

  @Test
  void oneMessageNamesAtMost64Events() {
    String most = String.join(",", Collections.nCopies(64, "\"positions\""));

    assertThat(read(message("subscribe", "\"events\":[" + most + "]")))
        .isEqualTo(new Subscribe(null, Set.of(Event.POSITIONS)));
    requireRefused(
        message("subscribe", "\"events\":[" + most + ",\"x\"]"),
        ErrorCode.INVALID_MESSAGE,
        "events",
        "at most 64 strings",
        "more");
    requireRefused(
        message("subscribe", "\"events\":[\"positions\",\"" + "p".repeat(257) + "\"]"),
        ErrorCode.INVALID_MESSAGE,
        "events[1]",
        "at most 256 characters",
        "257 characters");
  }

  @Test
  void audioMayFillTheLargestMessage() {
    byte[] sound = new byte[(TEN_MIB - 200) / 4 * 3];
    new Random(3).nextBytes(sound);
    String base64 = Base64.getEncoder().encodeToString(sound);
    String text = message("voice_command", "\"audioData\":\"" + base64 + "\"");

    assertThat(text.length()).isBetween(TEN_MIB - 300, TEN_MIB);
    assertThat(read(text))
        .isEqualTo(new VoiceCommand(null, null, new Audio(sound, ""), null, null));
  }

  @Test
  void nestingIsBounded() {
    String deep = "[".repeat(900) + "]".repeat(900);
    String tooDeep = "{\"a\":".repeat(50_000) + "1" + "}".repeat(50_000);

    assertThat(read(message("voice_stop", "\"x\":" + deep))).isEqualTo(new VoiceStop(null, null));
    for (String type : FlowReader.TYPES) {
      requireInvalidJson(message(type, "\"x\":" + tooDeep));
    }
    requireInvalidJson(
        message("graph_interaction", "\"position\":{\"x\":1,\"q\":" + tooDeep + "}"));
  }
}
