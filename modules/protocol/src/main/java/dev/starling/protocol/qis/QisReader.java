/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonToken;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.Fields;
import dev.starling.protocol.json.JsonInput;
import dev.starling.protocol.json.Utf8;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads QIS messages. Everything is checked before anything is returned: either a whole message or
 * a {@link RefusalException} that names the field and the remedy. Stateless.
 */
public final class QisReader {
  /** Longest agent id, outcome id and space name, in characters. */
  public static final int MAX_NAME = 256;

  /** Longest {@code meta}, in bytes. */
  public static final int MAX_META = 16 * 1024;

  /** Longest {@code profile}, in characters. */
  public static final int MAX_PROFILE = 8 * 1024;

  private static final int MAX_ID = 256;

  /** What outcomes posted without an agent come from; no agent may be called so. */
  private static final String REST_SOURCE = "rest:";

  /** What Jackson says of its own settings and of places in its source: no use to a client. */
  private static final Pattern OF_JACKSON =
      Pattern.compile(
          ", from `[^`]*`| \\(or 'NaN'[^)]*\\)| \\([^()]*\\[Source: .*"
              + "|: maybe a \\(non-standard\\) comment.*|: enable `.*");

  private static final int MOST_RESULTS = 1000;

  private QisReader() {}

  /**
   * The message in {@code bytes[from, to)}, which must be UTF-8.
   *
   * @throws RefusalException INVALID_JSON, UNKNOWN_TYPE, INVALID_MESSAGE, INVALID_FINGERPRINT or
   *     INVALID_CONFIDENCE
   */
  public static QisClientMessage read(byte[] bytes, int from, int to) {
    requireNoMark(bytes, from, to);
    try (JsonInput in = JsonInput.open(bytes, from, to)) {
      String type = type(in);
      return switch (type) {
        case null -> throw unknown("None", "nothing");
        case "outcome" -> outcome(bytes, from, to);
        case "register" -> register(bytes, from, to);
        case "query" -> query(bytes, from, to);
        case "ping" -> ping(bytes, from, to);
        default -> throw unknown(type, type);
      };
    } catch (JacksonException e) {
      throw invalidJson(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The correlation id of a message that was refused, so that the refusal can carry it; null where
   * there is none, or no telling.
   */
  public static @Nullable RawJson idOf(byte[] bytes, int from, int to) {
    try (JsonInput in = JsonInput.open(bytes, from, to)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      RawJson id = null;
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        if (name.equals("id")) {
          id = Fields.identity(in, "id", MAX_ID);
        } else {
          in.skipValue();
        }
      }
      return id;
    } catch (IOException | RefusalException e) {
      return null;
    }
  }

  /**
   * The type in words, null where it is missing; reads no further than it must, which is one field
   * in the usual message.
   */
  private static @Nullable String type(JsonInput in) throws IOException {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw invalidJson("expected one JSON object");
    }
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      JsonToken value = in.nextToken();
      if (name.equals("type") && value == JsonToken.VALUE_STRING) {
        String type = in.getText();
        if (isKnown(type)) {
          return type;
        }
        requireWhole(in);
        return shortened(type);
      }
      if (name.equals("type") && value != JsonToken.VALUE_NULL) {
        String type = in.rawValue().toString();
        requireWhole(in);
        return shortened(type);
      }
      in.skipValue();
    }
    requireEnd(in);
    return null;
  }

  /** The text is the reference's, which names a missing type as Python does. */
  private static RefusalException unknown(String named, String came) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("field", "type");
    details.put("expected", "one of register, outcome, query, ping");
    details.put("came", came);
    details.put("known", "register, outcome, query, ping");
    return new RefusalException(ErrorCode.UNKNOWN_TYPE, "unknown message type: " + named, details);
  }

  private static String shortened(String type) {
    return type.length() <= MAX_NAME ? type : type.substring(0, MAX_NAME);
  }

  private static boolean isKnown(String type) {
    return switch (type) {
      case "outcome", "register", "query", "ping" -> true;
      default -> false;
    };
  }

  private static QisClientMessage register(byte[] bytes, int from, int to) throws IOException {
    RawJson id = null;
    String agentId = null;
    float[] values = null;
    String space = null;
    Double threshold = null;
    String profile = null;
    RawJson meta = null;
    boolean acceptDerived = false;
    try (JsonInput in = JsonInput.open(bytes, from, to)) {
      in.nextToken();
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "id" -> id = Fields.identity(in, name, MAX_ID);
          case "agent_id" -> agentId = Fields.text(in, name, MAX_NAME);
          case "fingerprint" -> values = fingerprint(in, name);
          case "space" -> space = Fields.text(in, name, MAX_NAME);
          case "threshold" -> threshold = Fields.number(in, name);
          case "profile" -> profile = Fields.text(in, name, MAX_PROFILE);
          case "meta" -> meta = Fields.object(in, name, MAX_META);
          case "accept_derived" -> acceptDerived = Fields.flag(in, name, false);
          default -> in.skipValue();
        }
      }
      requireEnd(in);
    }
    requireOne(values, profile);
    String named = agentId == null || agentId.isEmpty() ? null : agentId;
    if (named != null && named.startsWith(REST_SOURCE)) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE,
          "agent_id",
          "an id that does not begin with " + REST_SOURCE + ", which stands for REST's own sources",
          "one that does");
    }
    return new QisClientMessage.Register(
        id, named, inSpace(values, space), threshold, profile, meta, acceptDerived);
  }

  private static QisClientMessage query(byte[] bytes, int from, int to) throws IOException {
    RawJson id = null;
    float[] values = null;
    String space = null;
    String profile = null;
    int limit = 10;
    try (JsonInput in = JsonInput.open(bytes, from, to)) {
      in.nextToken();
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "id" -> id = Fields.identity(in, name, MAX_ID);
          case "fingerprint" -> values = fingerprint(in, name);
          case "space" -> space = Fields.text(in, name, MAX_NAME);
          case "profile" -> profile = Fields.text(in, name, MAX_PROFILE);
          case "limit" -> limit = Fields.whole(in, name, 1, MOST_RESULTS, limit);
          default -> in.skipValue();
        }
      }
      requireEnd(in);
    }
    requireOne(values, profile);
    if (values == null && profile == null) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_FINGERPRINT, "fingerprint", "a fingerprint or a profile", "neither");
    }
    return new QisClientMessage.Query(id, inSpace(values, space), profile, limit);
  }

  private static QisClientMessage ping(byte[] bytes, int from, int to) throws IOException {
    RawJson id = null;
    RawJson timestamp = null;
    try (JsonInput in = JsonInput.open(bytes, from, to)) {
      in.nextToken();
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "id" -> id = Fields.identity(in, name, MAX_ID);
          case "timestamp" -> timestamp = Fields.identity(in, name, MAX_ID);
          default -> in.skipValue();
        }
      }
      requireEnd(in);
    }
    return new QisClientMessage.Ping(id, timestamp);
  }

  /**
   * An outcome posted by REST.
   *
   * @param agentId whose it is; null for the poster's own
   */
  public record Posted(@Nullable String agentId, OutcomePacket packet) {}

  /**
   * The outcome in the body of a REST call, {@code {packet, agent_id?}}.
   *
   * @throws RefusalException as {@link #read}
   */
  public static Posted posted(byte[] body) {
    try {
      if (!Utf8.isValid(body)) {
        throw invalidJson("the text is not UTF-8");
      }
      requireNoMark(body, 0, body.length);
      return deposit(body, 0, body.length, true).posted();
    } catch (JacksonException e) {
      throw invalidJson(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static QisClientMessage outcome(byte[] bytes, int from, int to) throws IOException {
    Deposited deposited = deposit(bytes, from, to, false);
    return new QisClientMessage.Outcome(deposited.id(), deposited.posted().packet());
  }

  private record Deposited(@Nullable RawJson id, Posted posted) {}

  /** An outcome; {@code agent_id} beside the packet means something only where it is posted. */
  private static Deposited deposit(byte[] bytes, int from, int to, boolean isPosted)
      throws IOException {
    RawJson id = null;
    String agentId = null;
    OutcomePacket packet = null;
    try (JsonInput in = JsonInput.open(bytes, from, to)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw invalidJson("expected one JSON object");
      }
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        JsonToken value = in.nextToken();
        if (name.equals("packet") && value == JsonToken.START_OBJECT) {
          packet = new PacketReader(bytes, in).read();
        } else if (name.equals("packet")) {
          String came = in.describe();
          in.skipValue();
          throw RefusalException.ofField(ErrorCode.INVALID_MESSAGE, "packet", "an object", came);
        } else if (name.equals("id")) {
          id = Fields.identity(in, name, MAX_ID);
        } else if (isPosted && name.equals("agent_id")) {
          agentId = Fields.text(in, name, MAX_NAME);
        } else {
          in.skipValue();
        }
      }
      requireEnd(in);
    }
    if (packet == null) {
      throw RefusalException.ofField(ErrorCode.INVALID_MESSAGE, "packet", "an object", "nothing");
    }
    return new Deposited(id, new Posted(agentId, packet));
  }

  /** The numbers at the current token; null where absent. */
  static float @Nullable [] fingerprint(JsonInput in, String field) throws IOException {
    return in.currentToken() == JsonToken.VALUE_NULL ? null : in.floats(field);
  }

  /** A fingerprint in its space, by default the number of dimensions; null where there is none. */
  static @Nullable Fingerprint inSpace(float @Nullable [] values, @Nullable String space) {
    if (values == null) {
      return null;
    }
    return space == null || space.isEmpty()
        ? Fingerprint.of(values)
        : new Fingerprint(space, values);
  }

  private static void requireOne(float @Nullable [] values, @Nullable String profile) {
    if (values != null && profile != null) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE, "profile", "a fingerprint or a profile", "both");
    }
  }

  private static void requireWhole(JsonInput in) throws IOException {
    while (in.nextFieldName() != null) {
      in.nextToken();
      in.skipValue();
    }
    requireEnd(in);
  }

  private static void requireEnd(JsonInput in) throws IOException {
    if (in.currentToken() != JsonToken.END_OBJECT || in.nextToken() != null) {
      throw invalidJson("expected one JSON object");
    }
  }

  /** Some editors put one in front of UTF-8, unseen; RFC 8259, 8.1 does not allow it. */
  private static void requireNoMark(byte[] bytes, int from, int to) {
    boolean isMarked =
        to - from >= 3
            && bytes[from] == (byte) 0xEF
            && bytes[from + 1] == (byte) 0xBB
            && bytes[from + 2] == (byte) 0xBF;
    if (isMarked) {
      throw invalidJson("the text begins with a byte-order mark (U+FEFF): leave it out");
    }
  }

  /** The text is the reference's; why it is no JSON stands in the details. */
  private static RefusalException invalidJson(String reason) {
    return new RefusalException(ErrorCode.INVALID_JSON, "invalid JSON", Map.of("reason", reason));
  }

  private static RefusalException invalidJson(JacksonException e) {
    String reason = OF_JACKSON.matcher(e.getOriginalMessage()).replaceAll("");
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("reason", reason.length() <= MAX_NAME ? reason : reason.substring(0, MAX_NAME));
    JsonLocation at = e.getLocation();
    if (at != null) {
      details.put("offset", at.getByteOffset());
    }
    return new RefusalException(ErrorCode.INVALID_JSON, "invalid JSON", details);
  }
}
