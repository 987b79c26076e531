/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import static dev.starling.graphs.formats.FormatException.quoted;

import org.jspecify.annotations.Nullable;

/** What a statement of DOT says of its nodes or edges, and what a scope says of all in it. */
final class DotAttributes {
  private static final String[] AXES = {"x", "y", "z"};

  private @Nullable DotToken label;
  private @Nullable DotToken kind;
  private @Nullable DotToken weight;
  private @Nullable DotToken place;

  DotAttributes() {}

  private DotAttributes(DotAttributes other) {
    label = other.label;
    kind = other.kind;
    weight = other.weight;
    place = other.place;
  }

  DotAttributes copy() {
    return new DotAttributes(this);
  }

  /** Takes an attribute, and passes over one that it does not know. */
  void put(String name, DotToken value) {
    switch (name) {
      case "label" -> label = value;
      case "kind" -> kind = value;
      case "weight" -> weight = value;
      case "pos" -> place = value;
      default -> {
        // Documents carry what their tools need.
      }
    }
  }

  float weight() throws FormatException {
    return weight == null ? 1 : FieldRules.weight(weight.text().strip(), weight);
  }

  void describe(int node, DocumentBuilder document) throws FormatException {
    if (label != null) {
      requirePlain("label of a node", label);
      document.setLabel(node, DotText.label(label.text(), document.key(node)), label);
    }
    if (kind != null) {
      document.setKind(node, DotText.name(kind.text()), kind);
    }
    if (place != null) {
      setPlace(node, place, document);
    }
  }

  private static void setPlace(int node, DotToken place, DocumentBuilder document)
      throws FormatException {
    String text = place.text().strip();
    String[] parts =
        (text.endsWith("!") ? text.substring(0, text.length() - 1) : text).split(",", -1);
    if (parts.length < 2 || parts.length > AXES.length) {
      throw new FormatException(
          place, "pos of a node: expected \"x,y\" or \"x,y,z\"", quoted(text), "leave it out");
    }
    float[] at = new float[AXES.length];
    for (int i = 0; i < parts.length; i++) {
      at[i] = FieldRules.coordinate(AXES[i], parts[i].strip(), place);
    }
    document.setPlace(node, at[0], at[1], at[2]);
  }

  static void requirePlain(String what, DotToken token) throws FormatException {
    if (token.type() == DotToken.Type.HTML) {
      throw new FormatException(
          token, what + ": expected plain text", "HTML between < and >", "give it in quotes");
    }
  }
}
