/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance.hostile;

import dev.starling.protocol.CloseCode;
import dev.starling.protocol.ErrorCode;
import dev.starling.testkit.RawWebSocket.Frame;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Whether what a server says is what it may say, and how often it said it. Thread-safe. */
final class ReplyCheck {
  private static final Set<String> TYPES =
      Set.of(
          "registered",
          "outcome_ack",
          "query_result",
          "incoming_outcome",
          "pong",
          "error",
          "authenticated",
          "subscribed",
          "settings_updated",
          "agent_status",
          "task_progress",
          "agent_controlled",
          "agent_spawned",
          "task_status",
          "task_assigned",
          "task_cancelled",
          "task_reported",
          "gpu_analytics",
          "anomaly_detected",
          "system_event",
          "voice_response",
          "transcription",
          "graph_update",
          "simulation_state",
          "outcome_routed");

  /** Codes that no message of a client may provoke. */
  private static final Set<ErrorCode> NEVER = EnumSet.of(ErrorCode.INTERNAL, ErrorCode.TIMEOUT);

  private static final Set<Integer> CLOSE_CODES =
      Arrays.stream(CloseCode.values())
          .filter(code -> code != CloseCode.INTERNAL)
          .map(code -> (int) code.code())
          .collect(Collectors.toSet());

  private static final int MOST_BYTES = 32 << 20;
  private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

  private final Map<ErrorCode, LongAdder> errors = new EnumMap<>(ErrorCode.class);
  private final Map<Integer, LongAdder> closes = new ConcurrentHashMap<>();
  private final LongAdder replies = new LongAdder();

  /** Bytes of a row of protocol 1. */
  private static final int ROW = 34;

  ReplyCheck() {
    for (ErrorCode code : ErrorCode.values()) {
      errors.put(code, new LongAdder());
    }
  }

  /** What is wrong with a text or binary frame. */
  static final class UnfitReplyException extends Exception {
    private static final long serialVersionUID = 1L;

    UnfitReplyException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Without zlib only positions are binary: the agents that hostile peers register are nodes. */
  static void requireRows(Frame frame) throws UnfitReplyException {
    if (frame.compressed() || frame.payload().length % ROW != 0) {
      throw new UnfitReplyException(
          "a binary message of " + frame.payload().length + " bytes, which are no rows", null);
    }
  }

  /** The message of a frame, if it is one that clients are promised. */
  JsonObject message(Frame frame, boolean deflate, boolean zlib) throws UnfitReplyException {
    if (frame.compressed() && !deflate) {
      throw new UnfitReplyException("compressed although that was not agreed on", null);
    }
    boolean isBinary = frame.type() == dev.starling.testkit.RawWebSocket.BINARY;
    if (isBinary && !zlib) {
      throw new UnfitReplyException("a binary message without zlib", null);
    }
    byte[] bytes = frame.payload();
    if (frame.compressed()) {
      byte[] whole = Arrays.copyOf(bytes, bytes.length + TAIL.length);
      System.arraycopy(TAIL, 0, whole, bytes.length, TAIL.length);
      bytes = inflated(whole, true);
    } else if (isBinary) {
      bytes = inflated(bytes, false);
    }
    JsonObject message = json(bytes);
    count(message);
    return message;
  }

  private static byte[] inflated(byte[] bytes, boolean raw) throws UnfitReplyException {
    Inflater inflater = new Inflater(raw);
    try {
      inflater.setInput(bytes);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[16 * 1024];
      int length = inflater.inflate(buffer);
      while (length > 0 && out.size() < MOST_BYTES) {
        out.write(buffer, 0, length);
        length = inflater.inflate(buffer);
      }
      return out.toByteArray();
    } catch (DataFormatException e) {
      throw new UnfitReplyException("a reply that cannot be inflated", e);
    } finally {
      inflater.end();
    }
  }

  private static JsonObject json(byte[] bytes) throws UnfitReplyException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (!FrameBytes.isUtf8(bytes)) {
      throw new UnfitReplyException("a reply that is no UTF-8: " + text, null);
    }
    try {
      return new JsonObject(text);
    } catch (DecodeException | ClassCastException e) {
      throw new UnfitReplyException("a reply that is no JSON: " + text, e);
    }
  }

  private void count(JsonObject message) throws UnfitReplyException {
    String type = message.getString("type");
    if (!TYPES.contains(type)) {
      throw new UnfitReplyException("a reply of no known type: " + message, null);
    }
    replies.increment();
    if (type.equals("error")) {
      errors.getOrDefault(code(message), new LongAdder()).increment();
    }
  }

  private static ErrorCode code(JsonObject error) throws UnfitReplyException {
    ErrorCode code;
    try {
      code = ErrorCode.valueOf(error.getString("code"));
      String text = error.getString("message");
      if (text.isEmpty() || !text.equals(error.getString("error"))) {
        throw new UnfitReplyException("an error without a text: " + error, null);
      }
      error.getJsonObject("details").size();
    } catch (RuntimeException e) {
      throw new UnfitReplyException("an error that is not whole: " + error, e);
    }
    if (NEVER.contains(code)) {
      throw new UnfitReplyException("a fault of the mesh: " + error, null);
    }
    return code;
  }

  /** Counts the end of a session by the server's close frame; whether the code is documented. */
  boolean closed(int code) {
    closes.computeIfAbsent(code, one -> new LongAdder()).increment();
    return CLOSE_CODES.contains(code) || code == 1000;
  }

  long replies() {
    return replies.sum();
  }

  /** Errors that came, by code; none where there are none of a code. */
  Map<ErrorCode, Long> errors() {
    Map<ErrorCode, Long> counts = new EnumMap<>(ErrorCode.class);
    errors.forEach((code, count) -> {
      if (count.sum() > 0) {
        counts.put(code, count.sum());
      }
    });
    return counts;
  }

  /** Close frames that came, by code. */
  Map<Integer, Long> closes() {
    return closes.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().sum()));
  }
}
