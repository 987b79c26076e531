/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.frames;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Compares two frames of protocol 1 or 2, one after the other: how many nodes are elsewhere in the
 * second. One thread at a time.
 */
final class MovedNodes {
  private static final int LARGEST = 4 << 20;

  private final int header;
  private final int row;
  private final int idBytes;
  private final ByteBuffer one = ByteBuffer.allocate(LARGEST).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer two = ByteBuffer.allocate(LARGEST).order(ByteOrder.LITTLE_ENDIAN);
  private long compared;
  private long moved;

  /** For frames of a protocol, 1 or 2. */
  MovedNodes(int protocol) {
    header = protocol == 1 ? 0 : 1;
    idBytes = protocol == 1 ? Short.BYTES : Integer.BYTES;
    row = idBytes + 32;
  }

  /** Where the first of two frames is put. */
  ByteBuffer first() {
    return one.clear();
  }

  /** Where the second of two frames is put. */
  ByteBuffer second() {
    return two.clear();
  }

  /** Compares them; two of different length, between which nodes came or went, not. */
  synchronized void compare() {
    if (one.position() != two.position()) {
      return;
    }
    for (int at = header; at + row <= one.position(); at += row) {
      compared++;
      int place = at + idBytes;
      boolean isSame =
          one.getFloat(place) == two.getFloat(place)
              && one.getFloat(place + 4) == two.getFloat(place + 4)
              && one.getFloat(place + 8) == two.getFloat(place + 8);
      moved += isSame ? 0 : 1;
    }
  }

  /** The part of all nodes compared that moved, %; NaN where none was. */
  synchronized double percent() {
    return 100.0 * moved / compared;
  }
}
