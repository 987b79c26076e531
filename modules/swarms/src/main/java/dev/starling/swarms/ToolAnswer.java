/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.starling.swarms.SwarmFailure.Kind;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a tool answered.
 *
 * @param tool the tool that was called
 * @param text its texts, one after the other
 * @param isError whether the protocol says that it failed. Swarm servers hardly ever say so there:
 *     see {@link #orRefuse}
 * @param row the JSON object that the answer holds, as structured content or as a text
 */
record ToolAnswer(String tool, String text, boolean isError, Row row) {
  /** All that an answer has which says nothing but that the tool ran. */
  private static final Set<String> HOLLOW =
      Set.of("success", "tool", "message", "args", "timestamp");

  static ToolAnswer of(String tool, CallToolResult result) {
    String text =
        result.content() == null
            ? ""
            : result.content().stream()
                .filter(TextContent.class::isInstance)
                .map(content -> ((TextContent) content).text())
                .collect(Collectors.joining("\n"));
    JsonNode node =
        result.structuredContent() == null
            ? parse(text)
            : McpWiring.MAPPER.valueToTree(result.structuredContent());
    return new ToolAnswer(tool, text, Boolean.TRUE.equals(result.isError()), new Row(node));
  }

  /**
   * This answer, where it says that what was asked for was done. Swarm servers put their failures
   * into answers that succeed as far as the protocol goes.
   *
   * @throws SwarmFailure what the server says otherwise
   */
  ToolAnswer orRefuse() {
    if (isError) {
      throw new SwarmFailure(Kind.REFUSED, text.isBlank() ? tool + " failed" : text);
    }
    if (!row.node().isObject()) {
      throw new SwarmFailure(Kind.GARBLED, tool + " answered no JSON object");
    }
    boolean isUnknown = "not_found".equals(row.text("status"));
    if (row.isFalse("success") || row.saysError() || isUnknown) {
      String said = row.textOr("error", row.textOr("message", tool + " failed"));
      boolean isMissing = isUnknown || said.endsWith("not found");
      throw new SwarmFailure(isMissing ? Kind.NOT_FOUND : Kind.REFUSED, said);
    }
    if (isHollow()) {
      throw new SwarmFailure(Kind.NO_DATA, tool + " of this server does nothing but answer");
    }
    return this;
  }

  private boolean isHollow() {
    return tool.equals(row.text("tool"))
        && row.has("message")
        && row.node().properties().stream().allMatch(field -> HOLLOW.contains(field.getKey()));
  }

  private static JsonNode parse(String text) {
    String trimmed = text.strip();
    if (!trimmed.startsWith("{")) {
      return MissingNode.getInstance();
    }
    try {
      return McpWiring.MAPPER.readTree(trimmed);
    } catch (JsonProcessingException _) {
      return MissingNode.getInstance();
    }
  }
}
