/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A plain second opinion on JSON: stock Jackson as maps, lists, strings and numbers. */
public final class JsonTree {
  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonTree() {}

  /** The object in {@code bytes}; of members of one name the last counts. */
  @SuppressWarnings("unchecked")
  public static Map<String, @Nullable Object> object(byte[] bytes) {
    Object tree = of(bytes);
    if (tree instanceof Map) {
      return (Map<String, @Nullable Object>) tree;
    }
    throw new AssertionError("no JSON object: " + new String(bytes, StandardCharsets.UTF_8));
  }

  /** Whether {@code bytes} are one JSON object and nothing else. */
  public static boolean isObject(byte[] bytes) {
    try (JsonParser in = FACTORY.createParser(bytes)) {
      return in.nextToken() == JsonToken.START_OBJECT
          && value(in) instanceof Map
          && in.nextToken() == null;
    } catch (JacksonException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable Object of(byte[] bytes) {
    try (JsonParser in = FACTORY.createParser(bytes)) {
      in.nextToken();
      Object value = value(in);
      if (in.nextToken() != null) {
        throw new AssertionError("more than one value");
      }
      return value;
    } catch (IOException e) {
      throw new AssertionError(new String(bytes, StandardCharsets.UTF_8), e);
    }
  }

  private static @Nullable Object value(JsonParser in) throws IOException {
    return switch (in.currentToken()) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
          String name = in.currentName();
          in.nextToken();
          members.put(name, value(in));
        }
        yield members;
      }
      case START_ARRAY -> {
        List<@Nullable Object> values = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
          values.add(value(in));
        }
        yield values;
      }
      case VALUE_STRING -> in.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Double.valueOf(in.getDoubleValue());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new AssertionError(in.currentToken());
    };
  }
}
