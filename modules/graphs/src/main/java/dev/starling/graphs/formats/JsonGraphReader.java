/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import static dev.starling.graphs.formats.FormatException.quoted;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads node-link JSON: an object with {@code nodes} and {@code edges} or {@code links}, in any
 * order. Members that it does not know are passed over.
 *
 * <p>A node is an object with a {@code key}, or an {@code id} in its place, or with both: then its
 * {@code id} is another name for it. It may have {@code label} (or {@code name}), {@code kind} and
 * {@code x}, {@code y}, {@code z}. A text or a number in place of the object is a node of which
 * only that is known. An edge is an object with {@code source}, {@code target} and perhaps {@code
 * weight}, or an array of these. An end that is a number means the node with that {@code id}, else
 * the one with that key; a text means the node with that key, else the one with that {@code id}.
 */
final class JsonGraphReader implements GraphReader {
  private static final String SHAPE = "{\"nodes\": […], \"edges\": […]}";

  @Override
  public GraphDocument read(InputStream in, ReadOptions options) throws IOException {
    DocumentBuilder document = new DocumentBuilder(options);
    try (JsonInput json = new JsonInput(new Utf8Text(in, options.mostBytes()))) {
      readRoot(json, document);
      json.requireEnd();
    }
    return document.build();
  }

  private static void readRoot(JsonInput json, DocumentBuilder document) throws IOException {
    if (json.next() != JsonToken.START_OBJECT) {
      throw json.unexpected("graph: expected an object " + SHAPE, "wrap it in such an object");
    }
    JsonNodes nodes = new JsonNodes(json, document);
    JsonEdges edges = new JsonEdges(json, document);
    boolean isGraph = false;
    while (json.next() != JsonToken.END_OBJECT) {
      switch (json.name()) {
        case "nodes" -> isGraph = json.eachOf("nodes", nodes::readOne);
        case "edges", "links" -> isGraph = json.eachOf("edges", edges::readOne);
        default -> json.skipValue();
      }
    }
    if (!isGraph) {
      throw json.error(
          "graph: expected nodes or edges", quoted("{…}") + " without them", "give " + SHAPE);
    }
  }
}
