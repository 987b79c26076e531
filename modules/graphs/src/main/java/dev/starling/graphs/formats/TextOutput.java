/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** Makes writers of documents. */
final class TextOutput {
  private TextOutput() {}

  /** A buffered writer of UTF-8. Who uses it flushes it and leaves it open. */
  static Writer of(OutputStream out) {
    return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 15);
  }

  /** A number in the shortest form that is read back as the same; no exponent for whole ones. */
  static String number(float value) {
    return value == Math.rint(value) && Math.abs(value) < 1e7f
        ? Integer.toString((int) value)
        : Float.toString(value);
  }

  /** Writes parts one behind the other. */
  static void write(Writer out, String... parts) throws IOException {
    for (String part : parts) {
      out.write(part);
    }
  }
}
