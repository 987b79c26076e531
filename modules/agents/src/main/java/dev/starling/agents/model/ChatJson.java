/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.model;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/** The bodies of requests to a chat service and of its answers. Stateless. */
final class ChatJson {
  private ChatJson() {}

  /** Asks for one answer. */
  static Buffer question(ModelConfig config, String system, String user) {
    return JsonObject.of(
            "model",
            config.name(),
            "max_tokens",
            config.tokens(),
            "messages",
            JsonArray.of(message("system", system), message("user", user)))
        .toBuffer();
  }

  private static JsonObject message(String role, String content) {
    return JsonObject.of("role", role, "content", content);
  }

  /**
   * The text of the first choice, well-formed.
   *
   * @throws ModelException where there is none
   */
  static String answer(Buffer body) {
    try {
      if (Json.decodeValue(body) instanceof JsonObject whole
          && whole.getValue("choices") instanceof JsonArray choices
          && !choices.isEmpty()
          && choices.getValue(0) instanceof JsonObject choice
          && choice.getValue("message") instanceof JsonObject message
          && message.getValue("content") instanceof String content
          && !content.isBlank()) {
        return wellFormed(content.strip());
      }
    } catch (DecodeException e) {
      throw new ModelException(ModelLack.UNUSABLE, "answered what is no JSON");
    }
    throw new ModelException(ModelLack.UNUSABLE, "answered without a text");
  }

  /** Half a surrogate pair is none in UTF-8. */
  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
