/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.io.IOException;
import java.io.Writer;

/** Writes text and values of attributes into XML (XML 1.0, sections 2.4 and 3.3.3). */
final class XmlOutput {
  private XmlOutput() {}

  /** Writes {@code name="value"} with a blank before it. */
  static void attribute(Writer out, String name, String value) throws IOException {
    TextOutput.write(out, " ", name, "=\"", escaped(value), "\"");
  }

  /** As it stands in text and in an attribute, where line breaks and tabs would become blanks. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\t', '\n', '\r' -> escaped.append("&#").append((int) c).append(';');
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }
}
