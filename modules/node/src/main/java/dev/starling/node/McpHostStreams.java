/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * The standard streams of a program that a host of MCP started: a message a line each way, whatever
 * the locale. One thread reads; any may write.
 */
final class McpHostStreams {
  /** Characters of one message at most. */
  private static final int MOST = 16 << 20;

  private final BufferedReader in;
  private final PrintWriter out;
  private final PrintWriter err;

  McpHostStreams(InputStream in, PrintWriter out, PrintWriter err) {
    this.in = new BufferedReader(new InputStreamReader(in, UTF_8));
    this.out = out;
    this.err = err;
  }

  /** The next line that is not empty; null at the end. */
  @Nullable String read() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != -1; next = in.read()) {
      if (next != '\n') {
        line.append((char) next);
        if (line.length() > MOST) {
          throw new IOException("a message of the host is longer than " + MOST + " characters");
        }
      } else if (!line.toString().isBlank()) {
        return line.toString();
      } else {
        line.setLength(0);
      }
    }
    return line.toString().isBlank() ? null : line.toString();
  }

  /** Writes a message: in ASCII, since the terminal's encoding may have no other letters. */
  synchronized void write(JsonObject message) {
    String json = message.encode();
    StringBuilder line = new StringBuilder(json.length());
    json.chars()
        .forEach(one -> {
          if (one < 128) {
            line.append((char) one);
          } else {
            line.append("\\u%04x".formatted(one));
          }
        });
    out.print(line.append('\n'));
    out.flush();
  }

  /** Writes a line to the log. */
  synchronized void log(String line) {
    Main.print(err, "starling mcp: " + line);
  }
}
