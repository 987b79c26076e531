/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import dev.starling.protocol.RawJson;

/** How deep valid JSON is nested. Stateless. */
final class JsonNesting {
  private JsonNesting() {}

  /** 0 for a number or a text, 1 for a flat array or object, and so on. */
  static int of(RawJson json) {
    int depth = 0;
    int deepest = 0;
    boolean inText = false;
    boolean escaped = false;
    for (byte next : json.bytes()) {
      boolean isQuote = next == '"' && !escaped;
      inText = isQuote != inText;
      escaped = inText && next == '\\' && !escaped;
      if (!inText) {
        depth += step(next);
        deepest = Math.max(deepest, depth);
      }
    }
    return deepest;
  }

  private static int step(byte next) {
    return switch (next) {
      case '[', '{' -> 1;
      case ']', '}' -> -1;
      default -> 0;
    };
  }
}
