/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small files that an option names. Stateless. */
final class TextFile {
  private static final int MOST_BYTES = 1 << 16;

  private TextFile() {}

  /** The text of a file of up to 64 KiB that {@code option} names; refused where there is none. */
  static String read(String option, Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new ConfigException(option + " " + file + " is larger than 64KiB");
      }
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ConfigException(option + " " + file + " cannot be read");
    }
  }
}
