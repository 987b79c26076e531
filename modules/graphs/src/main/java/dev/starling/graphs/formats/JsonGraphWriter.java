/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes node-link JSON: nodes with {@code id}, {@code key}, {@code label}, {@code kind} and, where
 * they have a place, {@code x}, {@code y}, {@code z}; edges by those ids, which are numbers.
 */
final class JsonGraphWriter implements GraphWriter {
  private static final JsonFactory FACTORY = new JsonFactory();

  @Override
  public void write(GraphDocument document, OutputStream out) throws IOException {
    try (JsonGenerator json = FACTORY.createGenerator(out, JsonEncoding.UTF8)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeArrayFieldStart("nodes");
      for (int node = 0; node < document.listed(); node++) {
        writeNode(document, node, json);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("edges");
      for (int edge = 0; edge < document.edges(); edge++) {
        writeEdge(document, edge, json);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void writeNode(GraphDocument document, int node, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", document.id(node));
    json.writeStringField("key", document.key(node));
    json.writeStringField("label", document.label(node));
    json.writeStringField("kind", FieldRules.name(document.kind(node)));
    if (document.isPlaced(node)) {
      json.writeNumberField("x", document.x(node));
      json.writeNumberField("y", document.y(node));
      json.writeNumberField("z", document.z(node));
    }
    json.writeEndObject();
  }

  private static void writeEdge(GraphDocument document, int edge, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("source", document.id(document.source(edge)));
    json.writeNumberField("target", document.id(document.target(edge)));
    json.writeNumberField("weight", document.weight(edge));
    json.writeEndObject();
  }
}
