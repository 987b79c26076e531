/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.Fields;
import dev.starling.protocol.json.JsonInput;
import dev.starling.protocol.json.JsonMessages;
import dev.starling.protocol.json.Utf8;
import dev.starling.protocol.settings.SettingUpdate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads changes of settings that a client asks for: their form, not what each setting allows. What
 * is not as it should be is refused as INVALID_MESSAGE with the field's name, and as
 * INVALID_SETTING what is longer than any setting may be. Stateless.
 */
public final class SettingUpdates {
  /** Most changes in one batch. */
  public static final int MOST = 1_000;

  /** Longest path, in characters. */
  public static final int LONGEST_PATH = 256;

  /** Longest value, in bytes as it came. */
  public static final int LONGEST_VALUE = 64 << 10;

  /** Longest values of one batch together, in bytes: as much as all settings may have. */
  public static final int LONGEST_BATCH = 1 << 20;

  private SettingUpdates() {}

  /** The array {@code updates} at the current token. */
  public static List<SettingUpdate> batch(JsonInput in, String field) throws IOException {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw refusal(field, "an array of objects with path and value", in.describe());
    }
    List<SettingUpdate> updates = new ArrayList<>();
    int length = 0;
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (updates.size() == MOST) {
        throw refusal(field, "at most " + MOST + " changes", "more");
      }
      SettingUpdate update = one(in, field + "[" + updates.size() + "]");
      updates.add(update);
      length += update.value().bytes().length;
      if (length > LONGEST_BATCH) {
        throw tooLong(field, "values of at most " + LONGEST_BATCH + " bytes together", "more");
      }
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
    int length = value.bytes().length;
    if (length > LONGEST_VALUE) {
      throw tooLong(
          prefix + "value", "a value of at most " + LONGEST_VALUE + " bytes", length + " bytes");
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
    if (!Utf8.isValid(body)) {
      throw JsonMessages.invalid("the text is not UTF-8");
    }
    JsonMessages.requireNoMark(body, 0, body.length);
    try (JsonInput in = JsonMessages.open(body, 0, body.length)) {
      T read = members.read(in);
      JsonMessages.requireEnd(in);
      return read;
    } catch (JacksonException e) {
      throw JsonMessages.invalid(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RefusalException tooLong(String field, String expected, String came) {
    return RefusalException.ofField(ErrorCode.INVALID_SETTING, field, expected, came);
  }

  private static RefusalException refusal(String field, String expected, String came) {
    return RefusalException.ofField(ErrorCode.INVALID_MESSAGE, field, expected, came);
  }
}
