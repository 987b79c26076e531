/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import static dev.starling.protocol.flow.FlowReading.message;
import static dev.starling.protocol.flow.FlowReading.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.FlowClientMessage.VoiceCommand;
import dev.starling.protocol.flow.FlowClientMessage.VoiceStart;
import dev.starling.protocol.flow.FlowClientMessage.VoiceStop;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people say to the mesh, as it is taken. */
final class VoiceReaderTest {

  @Test
  void aVoiceCommandWithEveryFieldOfTheReferenceIsRead() {
    String text =
        """
        {
          "type": "voice_command",
          "command": "spawn a researcher agent",
          "sessionId": "session_123",
          "userId": "user_456",
          "audioData": "UklGRgAAAABXQVZF",
          "format": "wav",
          "timestamp": 1706006400000
        }
        """;

    assertThat(read(text))
        .isEqualTo(
            new VoiceCommand(
                null,
                "spawn a researcher agent",
                new Audio("RIFF\0\0\0\0WAVE".getBytes(StandardCharsets.ISO_8859_1), "wav"),
                "session_123",
                "user_456"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",\"command\":null", ",\"command\":\"\"", ",\"command\":\" \\n\""})
  void audioMayComeWithoutWords(String command) {
    assertThat(read(message("voice_command", "\"audioData\":\"AQID\"" + command)))
        .isEqualTo(new VoiceCommand(null, null, new Audio(new byte[] {1, 2, 3}, ""), null, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",\"audioData\":null", ",\"audioData\":\"\",\"format\":\"wav\""})
  void wordsMayComeWithoutAudio(String audio) {
    assertThat(read(message("voice_command", "\"id\":1,\"command\":\" stop \"" + audio)))
        .isEqualTo(new VoiceCommand(RawJson.of("1"), " stop ", null, null, null));
  }

  @ParameterizedTest
  @CsvSource({"AA==, 1", "AA, 1", "+/8=, 2", "\\u0041A==, 1", "//79, 3"})
  void audioIsBase64WithOrWithoutPadding(String base64, int length) {
    assertThat(read(message("voice_command", "\"audioData\":\"" + base64 + "\"")))
        .isInstanceOfSatisfying(
            VoiceCommand.class,
            command ->
                assertThat(command.audio())
                    .isNotNull()
                    .extracting(Audio::bytes)
                    .isInstanceOfSatisfying(
                        byte[].class, bytes -> assertThat(bytes).hasSize(length)));
  }

  @ParameterizedTest
  @ValueSource(ints = {8_000, 16_000, 44_100, 48_000})
  void speechBeginsWithItsSampleRateAndEnds(int rate) {
    assertThat(read(message("voice_start", "\"sessionId\":\"s\",\"sampleRate\":" + rate)))
        .isEqualTo(new VoiceStart(null, "s", rate));
    assertThat(read("{\"type\":\"voice_stop\",\"sessionId\":\"s\",\"id\":\"e\"}"))
        .isEqualTo(new VoiceStop(RawJson.of("\"e\""), "s"));
  }
}
