/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.frame;

import java.nio.ByteBuffer;

/** Writes numbers of a few bits each, the lowest bit first, into a little-endian buffer. */
final class BitWriter {
  private final ByteBuffer out;
  private long waiting;
  private int filled;
  private int at;

  BitWriter(ByteBuffer out) {
    this.out = out;
  }

  /** Begins at a byte. */
  void begin(int first) {
    at = first;
    waiting = 0;
    filled = 0;
  }

  /** Writes {@code count} numbers of {@code width} bits, 16 at most. */
  void put(char[] numbers, int from, int count, int width) {
    for (int i = from; i < from + count; i++) {
      waiting |= (long) numbers[i] << filled;
      filled += width;
      if (filled >= Integer.SIZE) {
        out.putInt(at, (int) waiting);
        at += Integer.BYTES;
        waiting >>>= Integer.SIZE;
        filled -= Integer.SIZE;
      }
    }
  }

  /** Ends at a whole byte. */
  int end() {
    for (; filled > 0; filled -= Byte.SIZE) {
      out.put(at++, (byte) waiting);
      waiting >>>= Byte.SIZE;
    }
    return at;
  }
}
