/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.protocol.RawJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds one JSON text in memory. One thread at a time. */
public final class JsonOutput {
  private static final JsonFactory FACTORY = new JsonFactory();

  /** What writes to a generator. */
  @FunctionalInterface
  public interface Body {
    /** Writes the text; the generator is closed afterwards. */
    void write(JsonGenerator json) throws IOException;
  }

  private JsonOutput() {}

  /** The UTF-8 bytes of what {@code body} writes. */
  public static byte[] bytes(Body body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      body.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** The JSON string of {@code text}, in quotes. */
  public static byte[] string(String text) {
    return bytes(json -> json.writeString(text));
  }

  /** Writes a member whose value is raw JSON; nothing where there is none. */
  public static void raw(JsonGenerator json, String name, @Nullable RawJson value)
      throws IOException {
    if (value != null) {
      json.writeFieldName(name);
      json.writeRawValue(value.toString());
    }
  }

  /** Writes an array of strings. */
  public static void texts(JsonGenerator json, String name, Iterable<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  /** Writes a number, or null where there is none; NaN and infinity are none. */
  public static void number(JsonGenerator json, String name, @Nullable Number number)
      throws IOException {
    json.writeFieldName(name);
    value(json, number);
  }

  /** Writes a time as ISO 8601 has it, or null. */
  public static void instant(JsonGenerator json, String name, @Nullable Instant time)
      throws IOException {
    json.writeStringField(name, time == null ? null : time.toString());
  }

  /** Writes an object of strings, numbers, booleans and lists of them by name. */
  public static void object(JsonGenerator json, Map<String, ?> members) throws IOException {
    json.writeStartObject();
    for (Map.Entry<String, ?> member : members.entrySet()) {
      json.writeFieldName(member.getKey());
      value(json, member.getValue());
    }
    json.writeEndObject();
  }

  private static void value(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case List<?> list -> {
        json.writeStartArray();
        for (Object one : list) {
          value(json, one);
        }
        json.writeEndArray();
      }
      case null -> json.writeNull();
      case Boolean flag -> json.writeBoolean(flag);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Number number when Double.isFinite(number.doubleValue()) ->
          json.writeNumber(number.doubleValue());
      case Number _ -> json.writeNull();
      default -> json.writeString(value.toString());
    }
  }
}
