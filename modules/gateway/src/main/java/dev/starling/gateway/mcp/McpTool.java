/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.mcp;

import dev.starling.gateway.auth.Permission;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/**
 * Something that a client may have done.
 *
 * @param title for people
 * @param description for the model that decides whether to use it
 * @param permission that the caller needs
 * @param isReadOnly whether it changes nothing
 * @param input a JSON schema of an object, by which arguments are checked
 * @param output a JSON schema of what {@code work} gives
 * @param <V> what the server knows of a client
 */
public record McpTool<V>(
    String name,
    String title,
    String description,
    Permission permission,
    boolean isReadOnly,
    JsonShape input,
    JsonShape output,
    Work<V> work) {

  /** What a tool does. */
  @FunctionalInterface
  public interface Work<V> {
    /**
     * Does it; a refusal is told to the model.
     *
     * @param arguments that are as {@code input} says; one that may be missing is never null, but
     *     where any JSON will do
     */
    Future<JsonObject> of(V visitor, McpCall call, JsonObject arguments);
  }

  /** The tool as clients list it. */
  JsonObject json() {
    return new JsonObject()
        .put("name", name)
        .put("title", title)
        .put("description", description)
        .put("inputSchema", input.json())
        .put("outputSchema", output.json())
        .put(
            "annotations",
            new JsonObject()
                .put("title", title)
                .put("readOnlyHint", isReadOnly)
                .put("openWorldHint", false));
  }
}
