/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON text that travels untouched: valid JSON in UTF-8, checked by whoever made it.
 *
 * @param bytes the text; never changed after construction and not to be changed by readers
 */
public record RawJson(byte[] bytes) {

  /** The empty object. */
  public static final RawJson EMPTY_OBJECT = of("{}");

  /** The raw form of {@code text}, which must be valid JSON. */
  public static RawJson of(String text) {
    return new RawJson(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A copy of {@code bytes[from, to)}, which must be valid JSON. */
  public static RawJson copyOf(byte[] bytes, int from, int to) {
    return new RawJson(Arrays.copyOfRange(bytes, from, to));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RawJson(byte[] theirs) && Arrays.equals(bytes, theirs);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
