/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** Reads bytes in lines of a bounded length. For one thread. */
final class LineReader {
  private final InputStream input;
  private final int most;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  /**
   * A reader that has read nothing yet.
   *
   * @param input buffered
   * @param most the longest line, in bytes
   */
  LineReader(InputStream input, int most) {
    this.input = input;
    this.most = most;
  }

  /**
   * Reads one line, without its end, and hands it on.
   *
   * @param cuts whether a line that is too long loses its end; otherwise it ends the reading
   * @return false at the end of the stream
   * @throws IOException also where a line is too long
   */
  boolean read(Consumer<byte[]> each, boolean cuts) throws IOException {
    line.reset();
    int next = input.read();
    if (next < 0) {
      return false;
    }
    for (; next >= 0 && next != '\n'; next = input.read()) {
      if (line.size() < most) {
        line.write(next);
      } else if (!cuts) {
        throw new IOException("a message of more than " + most + " bytes");
      }
    }
    each.accept(line.toByteArray());
    return true;
  }
}
