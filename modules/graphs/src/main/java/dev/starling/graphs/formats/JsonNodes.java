/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the nodes of a JSON document, one after the other, into the same fields. */
final class JsonNodes {
  private final JsonInput json;
  private final DocumentBuilder document;
  private @Nullable String key;
  private @Nullable String id;
  private boolean isIdNumber;
  private @Nullable String label;
  private @Nullable String name;
  private @Nullable String kind;
  private final float[] place = new float[3];
  private boolean isPlaced;

  JsonNodes(JsonInput json, DocumentBuilder document) {
    this.json = json;
    this.document = document;
  }

  /** Reads the node whose first token is current. */
  void readOne() throws IOException {
    clear();
    if (json.current() == JsonToken.START_OBJECT) {
      while (json.next() != JsonToken.END_OBJECT) {
        readMember(json.name());
      }
    } else {
      readId("node");
    }
    add();
  }

  private void clear() {
    key = null;
    id = null;
    isIdNumber = false;
    label = null;
    name = null;
    kind = null;
    isPlaced = false;
    place[0] = 0;
    place[1] = 0;
    place[2] = 0;
  }

  private void readMember(String member) throws IOException {
    json.next();
    switch (member) {
      case "key" -> key = json.textOrNull("key of a node");
      case "id" -> readId("id of a node");
      case "label" -> label = json.textOrNull("label");
      case "name" -> name = json.current() == JsonToken.VALUE_STRING ? json.text() : skipped();
      case "kind" -> kind = json.textOrNull("kind of a node");
      case "x" -> readCoordinate(0, "x");
      case "y" -> readCoordinate(1, "y");
      case "z" -> readCoordinate(2, "z");
      default -> json.skipCurrent();
    }
  }

  private @Nullable String skipped() throws IOException {
    json.skipCurrent();
    return name;
  }

  private void readId(String what) throws IOException {
    if (!json.isName()) {
      throw json.unexpected(what + ": expected a text or a whole number", "name each node by one");
    }
    id = json.text();
    isIdNumber = json.current() == JsonToken.VALUE_NUMBER_INT;
  }

  private void readCoordinate(int axis, String axisName) throws IOException {
    if (json.current() != JsonToken.VALUE_NULL) {
      place[axis] = FieldRules.coordinate(axisName, json.scalar(axisName + " of a node"), json);
      isPlaced = true;
    }
  }

  private void add() throws FormatException {
    String ownKey = key == null ? id : key;
    if (ownKey == null) {
      throw json.error(
          "node: expected a key or an id", "neither", "give the node a key that no other has");
    }
    int node = document.node(ownKey, json);
    if (key == null && isIdNumber) {
      document.setNumbered(node);
    } else if (key != null && id != null) {
      document.alias(node, id, isIdNumber, json);
    }
    describe(node);
  }

  private void describe(int node) throws FormatException {
    String text = label == null ? name : label;
    if (text != null) {
      document.setLabel(node, text, json);
    }
    if (kind != null) {
      document.setKind(node, kind, json);
    }
    if (isPlaced) {
      document.setPlace(node, place[0], place[1], place[2]);
    }
  }
}
