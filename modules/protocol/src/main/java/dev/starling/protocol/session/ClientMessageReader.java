/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.session;

import com.fasterxml.jackson.core.JacksonException;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.FlowReader;
import dev.starling.protocol.json.JsonInput;
import dev.starling.protocol.json.JsonMessages;
import dev.starling.protocol.qis.QisReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of a socket, which may be of either dialect. Everything is checked before
 * anything is returned: either a whole message or a {@link RefusalException} that names the field
 * and the remedy. Stateless.
 */
public final class ClientMessageReader {
  private static final List<String> KNOWN =
      Stream.concat(QisReader.TYPES.stream(), FlowReader.TYPES.stream()).toList();

  private ClientMessageReader() {}

  /**
   * The message in {@code bytes[from, to)}, which must be UTF-8.
   *
   * @throws RefusalException INVALID_JSON, UNKNOWN_TYPE, INVALID_MESSAGE or what else the message's
   *     fields may be refused with
   */
  public static ClientMessage read(byte[] bytes, int from, int to) {
    JsonMessages.requireNoMark(bytes, from, to);
    try {
      String type = type(bytes, from, to);
      if (type != null && QisReader.isKnown(type)) {
        return new ClientMessage.Qis(QisReader.read(type, bytes, from, to));
      }
      if (type != null && FlowReader.isKnown(type)) {
        return new ClientMessage.Flow(FlowReader.read(type, bytes, from, to));
      }
      throw type == null ? unknown("None", "nothing") : unknown(type, type);
    } catch (JacksonException e) {
      throw JsonMessages.invalid(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable String type(byte[] bytes, int from, int to) throws IOException {
    try (JsonInput in = JsonInput.open(bytes, from, to)) {
      return JsonMessages.type(in, type -> QisReader.isKnown(type) || FlowReader.isKnown(type));
    }
  }

  /** The text is the reference's, which names a missing type as Python does. */
  private static RefusalException unknown(String named, String came) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("field", "type");
    details.put("expected", "one of " + String.join(", ", KNOWN));
    details.put("came", came);
    details.put("known", KNOWN);
    return new RefusalException(ErrorCode.UNKNOWN_TYPE, "unknown message type: " + named, details);
  }
}
