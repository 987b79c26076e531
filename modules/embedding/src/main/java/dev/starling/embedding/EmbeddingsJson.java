/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The bodies of requests to an embedding service and of its answers. Stateless. */
final class EmbeddingsJson {
  private static final JsonFactory JSON = new JsonFactory();

  private EmbeddingsJson() {}

  /** Asks for the embeddings of texts as numbers. */
  static byte[] question(String model, List<String> texts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("model", model);
      out.writeStringField("encoding_format", "float");
      out.writeArrayFieldStart("input");
      for (String text : texts) {
        out.writeString(text);
      }
      out.writeEndArray();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * The embeddings in {@code data}, in the order of the texts, whatever order they come in.
   *
   * @throws IOException unless there is one of {@code dimension} finite numbers for each text
   */
  static List<float[]> read(byte[] body, int texts, int dimension) throws IOException {
    Map<Integer, float[]> found = new TreeMap<>();
    try (JsonParser in = JSON.createParser(body)) {
      require(in.nextToken() == JsonToken.START_OBJECT, "no object");
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        boolean isData = in.currentName().equals("data");
        JsonToken value = in.nextToken();
        if (isData && value == JsonToken.START_ARRAY) {
          data(in, found, texts, dimension);
        } else {
          in.skipChildren();
        }
      }
    }
    require(found.size() == texts, found.size() + " embeddings for " + texts + " texts");
    return List.copyOf(found.values());
  }

  private static void data(JsonParser in, Map<Integer, float[]> found, int texts, int dimension)
      throws IOException {
    int next = 0;
    while (in.nextToken() == JsonToken.START_OBJECT) {
      int index = next++;
      float @Nullable [] values = null;
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        JsonToken value = in.nextToken();
        if (name.equals("index") && value == JsonToken.VALUE_NUMBER_INT) {
          index = in.getIntValue();
        } else if (name.equals("embedding") && value == JsonToken.START_ARRAY) {
          values = numbers(in, dimension);
        } else {
          in.skipChildren();
        }
      }
      require(values != null && index >= 0 && index < texts, "no embedding, or one too many");
      require(found.put(index, Objects.requireNonNull(values)) == null, "one twice");
    }
  }

  private static float[] numbers(JsonParser in, int dimension) throws IOException {
    float[] values = new float[dimension];
    int count = 0;
    while (in.nextToken() != JsonToken.END_ARRAY) {
      float value = in.getFloatValue();
      require(Float.isFinite(value), "a number that is not finite");
      if (count < dimension) {
        values[count] = value;
      }
      count++;
    }
    require(count == dimension, count + " dimensions where embedder.dimension is " + dimension);
    return values;
  }

  private static void require(boolean isTrue, String otherwise) throws IOException {
    if (!isTrue) {
      throw new IOException(otherwise);
    }
  }
}
