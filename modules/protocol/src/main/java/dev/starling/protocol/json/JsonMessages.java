/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonToken;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What every client message has in common, whichever dialect it is of: it is one JSON object with a
 * {@code type} and perhaps an {@code id}. Stateless.
 */
public final class JsonMessages {
  /** Longest correlation id, as JSON text in bytes. */
  public static final int MAX_ID = 256;

  private static final int MAX_SHOWN = 256;

  /** What Jackson says of its own settings and of places in its source: no use to a client. */
  private static final Pattern OF_JACKSON =
      Pattern.compile(
          ", from `[^`]*`| \\(or 'NaN'[^)]*\\)| \\([^()]*\\[Source: .*"
              + "|: maybe a \\(non-standard\\) comment.*|: enable `.*");

  /** A word without quotes, which may be a secret: its beginning is enough to find it. */
  private static final Pattern BARE_WORD = Pattern.compile("(Unrecognized token '[^']{12})[^']+'");

  private JsonMessages() {}

  /**
   * A reader that stands inside the one object that {@code bytes[from, to)} must be.
   *
   * @throws RefusalException INVALID_JSON where it is no object
   */
  public static JsonInput open(byte[] bytes, int from, int to) throws IOException {
    JsonInput in = JsonInput.open(bytes, from, to);
    if (in.nextToken() == JsonToken.START_OBJECT) {
      return in;
    }
    in.close();
    throw invalid("expected one JSON object");
  }

  /**
   * The type of the message in words, null where it is missing. Reads no further than it must,
   * which is one field in the usual message of a known type, and all of it where the type is not
   * known.
   */
  public static @Nullable String type(JsonInput in, Predicate<String> isKnown) throws IOException {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw invalid("expected one JSON object");
    }
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      JsonToken value = in.nextToken();
      if (name.equals("type") && value == JsonToken.VALUE_STRING) {
        String type = in.getText();
        if (isKnown.test(type)) {
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

  /** Refuses what stands behind the object. */
  public static void requireEnd(JsonInput in) throws IOException {
    if (in.currentToken() != JsonToken.END_OBJECT || in.nextToken() != null) {
      throw invalid("expected one JSON object");
    }
  }

  /** Some editors put one in front of UTF-8, unseen; RFC 8259, 8.1 does not allow it. */
  public static void requireNoMark(byte[] bytes, int from, int to) {
    boolean isMarked =
        to - from >= 3
            && bytes[from] == (byte) 0xEF
            && bytes[from + 1] == (byte) 0xBB
            && bytes[from + 2] == (byte) 0xBF;
    if (isMarked) {
      throw invalid("the text begins with a byte-order mark (U+FEFF): leave it out");
    }
  }

  /** The text is the reference's; why it is no JSON stands in the details. */
  public static RefusalException invalid(String reason) {
    return new RefusalException(ErrorCode.INVALID_JSON, "invalid JSON", Map.of("reason", reason));
  }

  /** The same for what Jackson stumbled over. */
  public static RefusalException invalid(JacksonException e) {
    String reason = OF_JACKSON.matcher(e.getOriginalMessage()).replaceAll("");
    reason = BARE_WORD.matcher(reason).replaceFirst("$1…'");
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("reason", shortened(reason));
    JsonLocation at = e.getLocation();
    if (at != null) {
      details.put("offset", at.getByteOffset());
    }
    return new RefusalException(ErrorCode.INVALID_JSON, "invalid JSON", details);
  }

  private static void requireWhole(JsonInput in) throws IOException {
    while (in.nextFieldName() != null) {
      in.nextToken();
      in.skipValue();
    }
    requireEnd(in);
  }

  private static String shortened(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN);
  }
}
