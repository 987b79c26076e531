/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.json.Fields;
import dev.starling.protocol.json.JsonInput;
import dev.starling.protocol.json.JsonMessages;
import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads what people say to the mesh. Stateless. */
final class VoiceReader {
  private static final int MAX_COMMAND = 4 * 1024;
  private static final int MAX_FORMAT = 32;
  private static final int MIN_RATE = 8_000;
  private static final int MAX_RATE = 48_000;

  private VoiceReader() {}

  static FlowClientMessage command(byte[] bytes, int from, int to) throws IOException {
    RawJson id = null;
    String command = null;
    byte[] audio = null;
    String format = null;
    String sessionId = null;
    String userId = null;
    try (JsonInput in = JsonMessages.open(bytes, from, to)) {
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "id" -> id = Fields.identity(in, name, JsonMessages.MAX_ID);
          case "command" -> command = Fields.text(in, name, MAX_COMMAND);
          case "audioData" -> audio = base64(in, name);
          case "format" -> format = Fields.text(in, name, MAX_FORMAT);
          case "sessionId" -> sessionId = FlowReader.optional(in, name);
          case "userId" -> userId = FlowReader.optional(in, name);
          case "timestamp" -> Fields.number(in, name);
          default -> in.skipValue();
        }
      }
      JsonMessages.requireEnd(in);
    }
    String words = command == null || command.isBlank() ? null : command;
    if (words == null && audio == null) {
      throw FlowReader.refusal("command", "a command, audioData or both", "neither");
    }
    return new FlowClientMessage.VoiceCommand(id, words, audio(audio, format), sessionId, userId);
  }

  private static @Nullable Audio audio(byte @Nullable [] bytes, @Nullable String format) {
    return bytes == null ? null : new Audio(bytes, format == null ? "" : format);
  }

  static FlowClientMessage start(byte[] bytes, int from, int to) throws IOException {
    RawJson id = null;
    String sessionId = null;
    int sampleRate = 0;
    try (JsonInput in = JsonMessages.open(bytes, from, to)) {
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "id" -> id = Fields.identity(in, name, JsonMessages.MAX_ID);
          case "sessionId" -> sessionId = FlowReader.optional(in, name);
          case "sampleRate" -> sampleRate = Fields.whole(in, name, MIN_RATE, MAX_RATE, 0);
          default -> in.skipValue();
        }
      }
      JsonMessages.requireEnd(in);
    }
    if (sampleRate == 0) {
      throw FlowReader.refusal(
          "sampleRate", "a whole number from " + MIN_RATE + " to " + MAX_RATE, "nothing");
    }
    return new FlowClientMessage.VoiceStart(id, sessionId, sampleRate);
  }

  static FlowClientMessage stop(byte[] bytes, int from, int to) throws IOException {
    RawJson id = null;
    String sessionId = null;
    try (JsonInput in = JsonMessages.open(bytes, from, to)) {
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "id" -> id = Fields.identity(in, name, JsonMessages.MAX_ID);
          case "sessionId" -> sessionId = FlowReader.optional(in, name);
          default -> in.skipValue();
        }
      }
      JsonMessages.requireEnd(in);
    }
    return new FlowClientMessage.VoiceStop(id, sessionId);
  }

  /**
   * RFC 4648, section 4. It may be megabytes, so that what is no base64 is found by decoding alone.
   * An empty one is as good as none.
   */
  private static byte @Nullable [] base64(JsonInput in, String field) throws IOException {
    if (in.isNull()) {
      return null;
    }
    Fields.requireText(in, field);
    String text = in.getText();
    try {
      return text.isEmpty() ? null : Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw FlowReader.refusal(field, "base64", "other text");
    }
  }
}
