/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The calls of tools that were sent to an MCP server, by the file into which all is written that it
 * is sent.
 */
record HeardCalls(Path file) {
  /** What was given with each call of a tool, in order. */
  List<JsonObject> of(String tool) {
    return calls().stream()
        .filter(call -> tool.equals(call.getString("name")))
        .map(call -> call.getJsonObject("arguments"))
        .toList();
  }

  /** How many calls name an agent. */
  long about(String agentId) {
    return calls().stream()
        .filter(call -> call.getJsonObject("arguments").encode().contains(agentId))
        .count();
  }

  /** Whole lines only: the last may be being written. */
  private List<JsonObject> calls() {
    try {
      String all = Files.readString(file);
      return all.substring(0, all.lastIndexOf('\n') + 1)
          .lines()
          .map(JsonObject::new)
          .filter(message -> "tools/call".equals(message.getString("method")))
          .map(message -> message.getJsonObject("params"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
