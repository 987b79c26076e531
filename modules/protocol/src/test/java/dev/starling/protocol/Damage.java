/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Damages JSON texts the way that broken clients and lines do. */
public final class Damage {
  private Damage() {}

  /** {@code original} with one to three bytes or runs of bytes changed, left out or doubled. */
  public static byte[] damaged(byte[] original, Random random) {
    byte[] bytes = original.clone();
    for (int times = 1 + random.nextInt(3); times > 0; times--) {
      int at = random.nextInt(bytes.length);
      bytes =
          switch (random.nextInt(6)) {
            case 0 -> with(bytes, at, (byte) random.nextInt(256));
            case 1 ->
                with(bytes, at, (byte) "0123456789eE.-+\"{}[],:\\ ".charAt(random.nextInt(24)));
            case 2 -> without(bytes, at, 1);
            case 3 -> without(bytes, at, random.nextInt(12));
            case 4 -> doubled(bytes, at, 1 + random.nextInt(12));
            default -> with(bytes, at, bytes[random.nextInt(bytes.length)]);
          };
    }
    return bytes;
  }

  private static byte[] with(byte[] bytes, int at, byte value) {
    byte[] changed = bytes.clone();
    changed[at] = value;
    return changed;
  }

  private static byte[] without(byte[] bytes, int at, int count) {
    int end = Math.min(bytes.length, at + count);
    byte[] changed = Arrays.copyOf(bytes, bytes.length - (end - at));
    System.arraycopy(bytes, end, changed, at, bytes.length - end);
    return changed.length == 0 ? bytes : changed;
  }

  private static byte[] doubled(byte[] bytes, int at, int count) {
    int end = Math.min(bytes.length, at + count);
    byte[] changed = Arrays.copyOf(bytes, bytes.length + (end - at));
    System.arraycopy(bytes, at, changed, end, bytes.length - at);
    return changed;
  }

  /** Bytes as text, one character each. */
  public static String shown(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
