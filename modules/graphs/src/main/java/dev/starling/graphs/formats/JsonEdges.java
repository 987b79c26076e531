/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Reads the edges of a JSON document, one after the other, into the same fields. */
final class JsonEdges {
  private static final int NO_END = Integer.MIN_VALUE;

  private final JsonInput json;
  private final DocumentBuilder document;
  private int source;
  private int target;
  private float weight;

  JsonEdges(JsonInput json, DocumentBuilder document) {
    this.json = json;
    this.document = document;
  }

  /** Reads the edge whose first token is current. */
  void readOne() throws IOException {
    source = NO_END;
    target = NO_END;
    weight = 1;
    switch (json.current()) {
      case START_OBJECT -> readMembers();
      case START_ARRAY -> readElements();
      default ->
          throw json.unexpected(
              "edge: expected an object with source and target", "give the edge both its ends");
    }
    requireEnd(source, "source");
    requireEnd(target, "target");
    document.edge(source, target, weight, json);
  }

  private void readMembers() throws IOException {
    while (json.next() != JsonToken.END_OBJECT) {
      String member = json.name();
      json.next();
      switch (member) {
        case "source" -> source = end("source");
        case "target" -> target = end("target");
        case "weight" -> readWeight();
        default -> json.skipCurrent();
      }
    }
  }

  private void readElements() throws IOException {
    for (int i = 0; json.next() != JsonToken.END_ARRAY; i++) {
      switch (i) {
        case 0 -> source = end("source");
        case 1 -> target = end("target");
        case 2 -> readWeight();
        default ->
            throw json.unexpected(
                "edge: expected an array of source, target and weight", "remove what is behind");
      }
    }
  }

  private int end(String which) throws IOException {
    if (!json.isName()) {
      throw json.unexpected(
          which + " of an edge: expected a node's key or id",
          "name the node by a text or a number");
    }
    return json.current() == JsonToken.VALUE_NUMBER_INT
        ? document.numberReference(json.text(), json)
        : document.reference(json.text(), json);
  }

  private void readWeight() throws IOException {
    if (json.current() != JsonToken.VALUE_NULL) {
      weight = FieldRules.weight(json.scalar("weight"), json);
    }
  }

  private void requireEnd(int end, String which) throws FormatException {
    if (end == NO_END) {
      throw json.error(
          "edge: expected a source and a target", "no " + which, "give the edge both its ends");
    }
  }
}
