/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import dev.starling.protocol.RawJson;

/** Takes the space between tokens out of valid JSON. Stateless. */
final class JsonCompaction {
  private JsonCompaction() {}

  static RawJson of(RawJson json) {
    byte[] bytes = json.bytes();
    byte[] compact = new byte[bytes.length];
    int size = 0;
    boolean inText = false;
    boolean escaped = false;
    for (byte next : bytes) {
      if (inText || !isSpace(next)) {
        compact[size++] = next;
      }
      boolean isQuote = next == '"' && !escaped;
      inText = isQuote != inText;
      escaped = inText && next == '\\' && !escaped;
    }
    return RawJson.copyOf(compact, 0, size);
  }

  private static boolean isSpace(byte next) {
    return next == ' ' || next == '\t' || next == '\n' || next == '\r';
  }
}
