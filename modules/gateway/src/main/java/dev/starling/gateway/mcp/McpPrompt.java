/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.mcp;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.Function;

/**
 * Words for a person to begin with.
 *
 * @param arguments what may be filled in, each with its description; none is required
 * @param words the text, of the arguments that were given
 */
public record McpPrompt(
    String name,
    String title,
    String description,
    Map<String, String> arguments,
    Function<Map<String, String>, String> words) {

  /** The prompt as clients list it. */
  JsonObject json() {
    JsonArray listed = new JsonArray();
    arguments.forEach((argument, meaning) ->
        listed.add(
            new JsonObject()
                .put("name", argument)
                .put("description", meaning)
                .put("required", false)));
    return new JsonObject()
        .put("name", name)
        .put("title", title)
        .put("description", description)
        .put("arguments", listed);
  }

  /** The prompt with what a person filled in. */
  JsonObject filled(Map<String, String> given) {
    JsonObject content = new JsonObject().put("type", "text").put("text", words.apply(given));
    return new JsonObject()
        .put("description", description)
        .put(
            "messages",
            new JsonArray().add(new JsonObject().put("role", "user").put("content", content)));
  }
}
