/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import static dev.starling.graphs.formats.FormatException.quoted;

import dev.starling.graphs.Graph;
import dev.starling.graphs.NodeKind;
import java.util.regex.Pattern;

/** What the fields of nodes and edges may be, the same in every format. */
final class FieldRules {
  /** Longest key, in UTF-16 units. */
  static final int LONGEST_KEY = 256;

  /** Longest label, in UTF-16 units. */
  static final int LONGEST_LABEL = 1024;

  /** Farthest from the origin that a coordinate may be, in the layout's units. */
  static final float FARTHEST = 1e9f;

  private static final int LONGEST_NUMBER = 64;
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");
  private static final int NOTHING_WRONG = -1;

  private FieldRules() {}

  /** A key, as it is where it may be one. */
  static String key(String key, Locator at) throws FormatException {
    if (key.isEmpty() || key.length() > LONGEST_KEY) {
      throw new FormatException(
          at,
          "key of a node: expected 1 to " + LONGEST_KEY + " characters",
          quoted(key),
          "give the node a key of that length");
    }
    int wrong = firstWrong(key, false);
    if (wrong != NOTHING_WRONG) {
      throw wrongCharacter("key of a node", key, wrong, at);
    }
    return key;
  }

  /** A label where it may be one. It may have several lines; each break becomes a line feed. */
  static String label(String given, Locator at) throws FormatException {
    String label =
        given.indexOf('\r') < 0 ? given : given.replace("\r\n", "\n").replace('\r', '\n');
    if (label.length() > LONGEST_LABEL) {
      throw new FormatException(
          at,
          "label: expected at most " + LONGEST_LABEL + " characters",
          quoted(label),
          "shorten it");
    }
    int wrong = firstWrong(label, true);
    if (wrong != NOTHING_WRONG) {
      throw wrongCharacter("label", label, wrong, at);
    }
    return label;
  }

  static NodeKind kind(String kind, Locator at) throws FormatException {
    return switch (kind) {
      case "agent" -> NodeKind.AGENT;
      case "knowledge" -> NodeKind.KNOWLEDGE;
      default ->
          throw new FormatException(
              at,
              "kind of a node: expected agent or knowledge",
              quoted(kind),
              "leave it out for knowledge");
    };
  }

  /** The name of a kind in documents. */
  static String name(NodeKind kind) {
    return switch (kind) {
      case AGENT -> "agent";
      case KNOWLEDGE -> "knowledge";
    };
  }

  static float weight(String weight, Locator at) throws FormatException {
    float value = isNumber(weight) ? Float.parseFloat(weight) : Float.NaN;
    if (!(value >= 1 / Graph.MOST_WEIGHT && value <= Graph.MOST_WEIGHT)) {
      throw new FormatException(
          at,
          "weight: expected a number from 0.000001 to 1000000",
          quoted(weight),
          "leave it out for 1");
    }
    return value;
  }

  static float coordinate(String name, String coordinate, Locator at) throws FormatException {
    float value = isNumber(coordinate) ? Float.parseFloat(coordinate) : Float.NaN;
    if (!(Math.abs(value) <= FARTHEST)) {
      throw new FormatException(
          at,
          name + " of a node: expected a number from -1e9 to 1e9",
          quoted(coordinate),
          "leave the place out, and the layout finds one");
    }
    return value;
  }

  /** Whether it is a decimal number as all the formats have it: no blanks, NaN, type or radix. */
  private static boolean isNumber(String text) {
    return text.length() <= LONGEST_NUMBER && NUMBER.matcher(text).matches();
  }

  /** Where the first character is that no format could carry, or a key may not have. */
  private static int firstWrong(String text, boolean isLabel) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c) || c >= '\uFFFE' || isRefusedControl(c, isLabel)) {
        return i;
      }
    }
    return NOTHING_WRONG;
  }

  private static boolean isRefusedControl(char c, boolean isLabel) {
    boolean isBreak = c == '\t' || c == '\n';
    return Character.isISOControl(c) && !(isLabel && isBreak);
  }

  private static FormatException wrongCharacter(String what, String text, int at, Locator place) {
    return new FormatException(
        place,
        what + ": expected characters that are no controls, each whole",
        "U+%04X at position %d of %s".formatted((int) text.charAt(at), at + 1, quoted(text)),
        "take that character out");
  }
}
