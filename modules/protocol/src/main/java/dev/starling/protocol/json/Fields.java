/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.json;

import com.fasterxml.jackson.core.JsonToken;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Typed reads of one member's value at a {@link JsonInput}'s current token. JSON {@code null} means
 * absent. A value of the wrong kind is refused with the member's name, what was expected and what
 * came. Stateless.
 */
public final class Fields {
  private static final int SHOWN = 40;

  private Fields() {}

  /** A string of at most {@code max} characters that UTF-8 can carry; null where absent. */
  public static @Nullable String text(JsonInput in, String field, int max) throws IOException {
    return switch (in.currentToken()) {
      case VALUE_NULL -> null;
      case VALUE_STRING -> {
        String text = in.getText();
        if (text.length() > max) {
          throw refusal(field, "at most " + max + " characters", text.length() + " characters");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
          throw refusal(field, "Unicode text", "half of a surrogate pair");
        }
        yield text;
      }
      default -> throw wrongKind(in, field, "a string");
    };
  }

  /** A finite number; null where absent. */
  public static @Nullable Double number(JsonInput in, String field) throws IOException {
    return switch (in.currentToken()) {
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        in.requireJsonNumber();
        double value = in.getDoubleValue();
        if (!Double.isFinite(value)) {
          throw refusal(field, "a finite number", Double.toString(value));
        }
        yield value;
      }
      default -> throw wrongKind(in, field, "a number");
    };
  }

  /** A whole number in [{@code least}, {@code most}]; {@code absent} where there is none. */
  public static int whole(JsonInput in, String field, int least, int most, int absent)
      throws IOException {
    String expected = "a whole number from " + least + " to " + most;
    return switch (in.currentToken()) {
      case VALUE_NULL -> absent;
      case VALUE_NUMBER_INT -> {
        double value = in.getDoubleValue();
        if (value < least || value > most) {
          throw refusal(field, expected, in.getText());
        }
        yield (int) value;
      }
      case VALUE_NUMBER_FLOAT -> {
        in.requireJsonNumber();
        throw refusal(field, expected, in.getText());
      }
      default -> throw wrongKind(in, field, expected);
    };
  }

  /** True or false; {@code absent} where there is neither. */
  public static boolean flag(JsonInput in, String field, boolean absent) throws IOException {
    return switch (in.currentToken()) {
      case VALUE_NULL -> absent;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw wrongKind(in, field, "true or false");
    };
  }

  /** An object as raw JSON of at most {@code max} bytes; null where absent. */
  public static @Nullable RawJson object(JsonInput in, String field, int max) throws IOException {
    return switch (in.currentToken()) {
      case VALUE_NULL -> null;
      case START_OBJECT -> {
        RawJson raw = in.rawValue();
        if (raw.bytes().length > max) {
          throw refusal(field, "at most " + max + " bytes", raw.bytes().length + " bytes");
        }
        yield raw;
      }
      default -> throw wrongKind(in, field, "an object");
    };
  }

  /** Refuses a current token that is no string. */
  public static void requireText(JsonInput in, String field) throws IOException {
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      throw wrongKind(in, field, "a string");
    }
  }

  /** Refuses a current token that does not begin an object. */
  public static void requireObject(JsonInput in, String field) throws IOException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw wrongKind(in, field, "an object");
    }
  }

  /** A string or a number as raw JSON; null where absent. */
  public static @Nullable RawJson identity(JsonInput in, String field, int max) throws IOException {
    return switch (in.currentToken()) {
      case VALUE_NULL -> null;
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        RawJson raw = in.rawValue();
        if (raw.bytes().length > max) {
          throw refusal(field, "at most " + max + " bytes", raw.bytes().length + " bytes");
        }
        yield raw;
      }
      default -> throw wrongKind(in, field, "a string or a number");
    };
  }

  /** An array of at most {@code most} strings of at most {@code max} characters each. */
  public static List<String> texts(JsonInput in, String field, int most, int max)
      throws IOException {
    List<String> texts = new ArrayList<>();
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return texts;
    }
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw wrongKind(in, field, "an array of strings");
    }
    while (in.nextToken() != JsonToken.END_ARRAY) {
      String place = field + "[" + texts.size() + "]";
      String text = text(in, place, max);
      if (text == null) {
        throw refusal(place, "a string", "null");
      }
      if (texts.size() == most) {
        throw refusal(field, "at most " + most + " strings", "more");
      }
      texts.add(text);
    }
    return texts;
  }

  private static RefusalException wrongKind(JsonInput in, String field, String expected)
      throws IOException {
    in.requireJsonNumber();
    return refusal(field, expected, in.describe());
  }

  private static RefusalException refusal(String field, String expected, String came) {
    String shown = came.length() <= SHOWN ? came : came.substring(0, SHOWN) + "…";
    return RefusalException.ofField(ErrorCode.INVALID_MESSAGE, field, expected, shown);
  }
}
