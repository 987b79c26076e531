/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.qis;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.Fields;
import dev.starling.protocol.json.JsonInput;
import dev.starling.protocol.json.JsonMessages;
import dev.starling.protocol.json.Utf8;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
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

  /** What outcomes posted without an agent come from; no agent may be called so. */
  private static final String REST_SOURCE = "rest:";

  private static final int MOST_RESULTS = 1000;

  /** Tasks that an agent may take at a time. */
  public static final int MOST_TASKS = 1000;

  /** The types of this dialect, as errors list them. */
  public static final List<String> TYPES = List.of("register", "outcome", "query", "ping");

  private QisReader() {}

  /** Whether {@code type} is one of this dialect. */
  public static boolean isKnown(String type) {
    return TYPES.contains(type);
  }

  /**
   * The message of a known type in {@code bytes[from, to)}, which must be UTF-8.
   *
   * @throws RefusalException INVALID_JSON, INVALID_MESSAGE, INVALID_FINGERPRINT or
   *     INVALID_CONFIDENCE
   * @throws IOException where it is no JSON
   */
  public static QisClientMessage read(String type, byte[] bytes, int from, int to)
      throws IOException {
    return switch (type) {
      case "outcome" -> outcome(bytes, from, to);
      case "register" -> register(bytes, from, to);
      case "query" -> query(bytes, from, to);
      case "ping" -> ping(bytes, from, to);
      default -> throw new IllegalArgumentException("no QIS message is of the type " + type);
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
    int tasks = 0;
    try (JsonInput in = JsonInput.open(bytes, from, to)) {
      in.nextToken();
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "id" -> id = Fields.identity(in, name, JsonMessages.MAX_ID);
          case "agent_id" -> agentId = Fields.text(in, name, MAX_NAME);
          case "fingerprint" -> values = fingerprint(in, name);
          case "space" -> space = Fields.text(in, name, MAX_NAME);
          case "threshold" -> threshold = Fields.number(in, name);
          case "profile" -> profile = Fields.text(in, name, MAX_PROFILE);
          case "meta" -> meta = Fields.object(in, name, MAX_META);
          case "accept_derived" -> acceptDerived = Fields.flag(in, name, false);
          case "tasks" -> tasks = Fields.whole(in, name, 0, MOST_TASKS, 0);
          default -> in.skipValue();
        }
      }
      JsonMessages.requireEnd(in);
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
        id, named, inSpace(values, space), threshold, profile, meta, acceptDerived, tasks);
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
          case "id" -> id = Fields.identity(in, name, JsonMessages.MAX_ID);
          case "fingerprint" -> values = fingerprint(in, name);
          case "space" -> space = Fields.text(in, name, MAX_NAME);
          case "profile" -> profile = Fields.text(in, name, MAX_PROFILE);
          case "limit" -> limit = Fields.whole(in, name, 1, MOST_RESULTS, limit);
          default -> in.skipValue();
        }
      }
      JsonMessages.requireEnd(in);
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
          case "id" -> id = Fields.identity(in, name, JsonMessages.MAX_ID);
          case "timestamp" -> timestamp = Fields.identity(in, name, JsonMessages.MAX_ID);
          default -> in.skipValue();
        }
      }
      JsonMessages.requireEnd(in);
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
        throw JsonMessages.invalid("the text is not UTF-8");
      }
      JsonMessages.requireNoMark(body, 0, body.length);
      return deposit(body, 0, body.length, true).posted();
    } catch (JacksonException e) {
      throw JsonMessages.invalid(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A packet by itself.
   *
   * @throws RefusalException as {@link #read}
   */
  public static OutcomePacket packet(byte[] bytes) {
    try (JsonInput in = JsonMessages.open(bytes, 0, bytes.length)) {
      OutcomePacket packet = new PacketReader(bytes, in).read();
      JsonMessages.requireEnd(in);
      return packet;
    } catch (JacksonException e) {
      throw JsonMessages.invalid(e);
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
        throw JsonMessages.invalid("expected one JSON object");
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
          id = Fields.identity(in, name, JsonMessages.MAX_ID);
        } else if (isPosted && name.equals("agent_id")) {
          agentId = Fields.text(in, name, MAX_NAME);
        } else {
          in.skipValue();
        }
      }
      JsonMessages.requireEnd(in);
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
}
