/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.Fields;
import dev.starling.protocol.json.JsonInput;
import dev.starling.protocol.settings.SettingUpdate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads changes of settings that a client asks for: their form, not what each setting allows. What
 * is not as it should be is refused as INVALID_MESSAGE with the field's name. Stateless.
 */
public final class SettingUpdates {
  /** Most changes in one batch. */
  public static final int MOST = 1_000;

  /** Longest path, in characters. */
  public static final int LONGEST_PATH = 256;

  private SettingUpdates() {}

  /** The array {@code updates} at the current token. */
  public static List<SettingUpdate> batch(JsonInput in, String field) throws IOException {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw refusal(field, "an array of objects with path and value", in.describe());
    }
    List<SettingUpdate> updates = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (updates.size() == MOST) {
        throw refusal(field, "at most " + MOST + " changes", "more");
      }
      updates.add(one(in, field + "[" + updates.size() + "]"));
    }
    if (updates.isEmpty()) {
      throw refusal(field, "at least one change", "none");
    }
    return updates;
  }

  /** The object {@code {path, value}} at the current token; other members are passed over. */
  public static SettingUpdate one(JsonInput in, String field) throws IOException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw refusal(field, "an object with path and value", in.describe());
    }
    String path = null;
    RawJson value = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "path" -> path = Fields.text(in, field + ".path", LONGEST_PATH);
        case "value" -> value = in.rawValue();
        default -> in.skipValue();
      }
    }
    return update(path, value, field + ".");
  }

  /**
   * What the members of a message or a body ask for.
   *
   * @param prefix of the fields' names in a refusal, such as {@code updates[0].}
   */
  public static SettingUpdate update(
      @Nullable String path, @Nullable RawJson value, String prefix) {
    if (path == null || path.isEmpty()) {
      throw refusal(prefix + "path", "the dotted path of a setting", "nothing");
    }
    if (value == null) {
      throw refusal(prefix + "value", "the new value, or null to take the default back", "nothing");
    }
    return new SettingUpdate(path, value);
  }

  /** The body {@code {"updates":[…]}}. */
  public static List<SettingUpdate> batchBody(byte[] body) {
    return body(
        body,
        in -> {
          List<SettingUpdate> updates = null;
          for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            in.nextToken();
            if (name.equals("updates")) {
              updates = batch(in, name);
            } else {
              in.skipValue();
            }
          }
          if (updates == null) {
            throw refusal("updates", "an array of objects with path and value", "nothing");
          }
          return updates;
        });
  }

  /** The body {@code {"value":…}} for the setting at {@code path}. */
  public static SettingUpdate valueBody(@Nullable String path, byte[] body) {
    return body(
        body,
        in -> {
          RawJson value = null;
          for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            in.nextToken();
            if (name.equals("value")) {
              value = in.rawValue();
            } else {
              in.skipValue();
            }
          }
          return update(path, value, "");
        });
  }

  private interface Members<T> {
    T read(JsonInput in) throws IOException;
  }

  private static <T> T body(byte[] body, Members<T> members) {
    try (JsonInput in = JsonInput.open(body, 0, body.length)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new RefusalException(
            ErrorCode.INVALID_JSON, "the body: expected one JSON object, got " + in.describe());
      }
      T read = members.read(in);
      if (in.currentToken() != JsonToken.END_OBJECT || in.nextToken() != null) {
        throw new RefusalException(
            ErrorCode.INVALID_JSON, "the body: expected one whole JSON object and nothing behind");
      }
      return read;
    } catch (JacksonException e) {
      throw new RefusalException(
          ErrorCode.INVALID_JSON, "the body is no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RefusalException refusal(String field, String expected, String came) {
    return RefusalException.ofField(ErrorCode.INVALID_MESSAGE, field, expected, came);
  }
}
