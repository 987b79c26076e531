/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.frame.DeltaStream;
import org.jspecify.annotations.Nullable;

/**
 * Which position frames a client asks for by {@code ?protocol=} and {@code ?fps=}.
 *
 * @param protocol 1, 2 or 3
 * @param fps most frames a second, 1 to 60
 */
public record FrameOptions(int protocol, int fps) {
  /** The most frames that are sent in a second. */
  public static final int MOST_FPS = 60;

  /** What a client gets that asks for nothing. */
  public static final FrameOptions USUAL = new FrameOptions(1, MOST_FPS);

  private static final int LONGEST_SHOWN = 40;

  /**
   * Reads the query's values; null where the query has none.
   *
   * @throws RefusalException for a value that is not known
   */
  public static FrameOptions of(@Nullable String protocol, @Nullable String fps) {
    return new FrameOptions(
        number("protocol", protocol, DeltaStream.PROTOCOL, USUAL.protocol),
        number("fps", fps, MOST_FPS, USUAL.fps));
  }

  private static int number(String name, @Nullable String value, int most, int usual) {
    if (value == null) {
      return usual;
    }
    if (value.matches("[1-9][0-9]?") && Integer.parseInt(value) <= most) {
      return Integer.parseInt(value);
    }
    throw RefusalException.ofField(
        ErrorCode.INVALID_MESSAGE, name, "a whole number from 1 to " + most, shown(value));
  }

  private static String shown(String value) {
    if (value.isEmpty()) {
      return "an empty string";
    }
    return value.length() <= LONGEST_SHOWN ? value : "a text of " + value.length() + " characters";
  }
}
