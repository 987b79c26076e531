/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.function.Consumer;

/** Reads server-sent events that hold a message each. Stateless; blocks. */
final class McpEvents {
  private static final String DATA = "data:";

  private McpEvents() {}

  /** Hands each message on, until the stream ends. */
  static void read(InputStream stream, Consumer<JsonObject> message) throws IOException {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(DATA)) {
          message.accept(new JsonObject(line.substring(DATA.length()).strip()));
        }
      }
    }
  }
}
