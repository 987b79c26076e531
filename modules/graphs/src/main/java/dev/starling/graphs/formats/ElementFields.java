/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an element of XML says of its node or edge, gathered until the element ends. */
final class ElementFields {
  private static final String[] AXES = {"x", "y", "z"};

  private static final Set<String> KNOWN = Set.of("label", "name", "kind", "weight", "x", "y", "z");

  private @Nullable String label;
  private @Nullable String name;
  private @Nullable String kind;
  private float weight = 1;
  private final float[] place = new float[3];
  private boolean isPlaced;

  /** Whether there is a field of this name. */
  static boolean isKnown(String field) {
    return KNOWN.contains(field);
  }

  /** Takes a field by its name, and passes over one that it does not know. */
  void put(String field, String value, Locator at) throws FormatException {
    switch (field) {
      case "label" -> label = value;
      case "name" -> name = value;
      case "kind" -> kind = value;
      case "weight" -> weight = FieldRules.weight(value.strip(), at);
      case "x" -> setCoordinate(0, value, at);
      case "y" -> setCoordinate(1, value, at);
      case "z" -> setCoordinate(2, value, at);
      default -> {
        // Documents carry what their tools need.
      }
    }
  }

  private void setCoordinate(int axis, String value, Locator at) throws FormatException {
    place[axis] = FieldRules.coordinate(AXES[axis], value.strip(), at);
    isPlaced = true;
  }

  float weight() {
    return weight;
  }

  /** Says of a node what came. */
  void describe(int node, DocumentBuilder document, Locator at) throws FormatException {
    String text = label == null ? name : label;
    if (text != null) {
      document.setLabel(node, text, at);
    }
    if (kind != null) {
      document.setKind(node, kind.strip(), at);
    }
    if (isPlaced) {
      document.setPlace(node, place[0], place[1], place[2]);
    }
  }
}
