/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events that hold a message each. What holds none is logged and passed over; a
 * stream on which nothing comes for too long is ended. Thread-safe; blocks.
 */
final class McpEvents {
  private static final String DATA = "data:";

  private final Duration mostSilence;
  private final Consumer<String> log;

  /**
   * A reader.
   *
   * @param mostSilence after which the sender counts as gone; it says something more often
   * @param log hears of what is passed over
   */
  McpEvents(Duration mostSilence, Consumer<String> log) {
    this.mostSilence = mostSilence;
    this.log = log;
  }

  /** The message of a text; null for what is none. */
  static @Nullable JsonObject decoded(String text) {
    try {
      return new JsonObject(text);
    } catch (DecodeException | ClassCastException _) {
      return null;
    }
  }

  /** Hands each message on, until the stream ends or its sender is silent for too long. */
  void read(InputStream stream, Consumer<JsonObject> message) throws IOException {
    try (McpSilence silence = McpSilence.watch(stream, mostSilence, log);
        BufferedReader lines = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
      StringBuilder data = new StringBuilder();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        silence.broken();
        if (line.startsWith(DATA)) {
          data.append(line.substring(DATA.length()).strip()).append('\n');
        } else if (line.isEmpty() && !data.isEmpty()) {
          pass(data.toString(), message);
          data.setLength(0);
        }
      }
    }
  }

  private void pass(String data, Consumer<JsonObject> message) {
    JsonObject told = decoded(data);
    if (told == null) {
      log.accept("passed over an event of the node that is no JSON object");
    } else {
      message.accept(told);
    }
  }
}
