/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads protocol 3 one number after the other, as its description goes. */
final class DeltaReader {
  private int[] ids = {};
  private int[] steps = {};
  private final float[] origin = new float[3];
  private float scale;
  private int sequence;

  /** Takes a frame in. */
  void read(byte[] frame) {
    ByteBuffer in = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
    check(in.get() == 3, "protocol");
    int next = in.getInt();
    int flags = in.get();
    int base = in.getInt();
    for (int axis = 0; axis < 3; axis++) {
      origin[axis] = in.getFloat();
    }
    scale = in.getFloat();
    int count = in.getInt();
    if (flags == 1) {
      check(base == next, "the base of a key frame");
      key(in, count);
    } else {
      check(base == sequence && count == ids.length, "the base of a delta");
      delta(in);
    }
    sequence = next;
    check(!in.hasRemaining(), "the length");
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  private void key(ByteBuffer in, int count) {
    ids = new int[count];
    steps = new int[3 * count];
    int slot = 0;
    for (int i = 0; i < count; i++) {
      long coded = 0;
      int shift = 0;
      byte next;
      do {
        next = in.get();
        coded |= (next & 0x7FL) << shift;
        shift += 7;
      } while (next < 0);
      slot += (int) (coded >>> 1);
      ids[i] = slot | ((coded & 1) == 0 ? 0 : LayoutBlock.AGENT);
    }
    for (int i = 0; i < steps.length; i++) {
      steps[i] = in.getChar();
    }
  }

  private void delta(ByteBuffer in) {
    byte[] present = new byte[((ids.length + 31) / 32 + 7) / 8];
    in.get(present);
    for (int group = 0; group < (ids.length + 31) / 32; group++) {
      if ((present[group / 8] >> (group % 8) & 1) != 0) {
        group(in, group);
      }
    }
  }

  private void group(ByteBuffer in, int group) {
    int mask = in.getInt();
    int widths = in.getChar();
    int bit = 0;
    int first = in.position();
    for (int axis = 0; axis < 3; axis++) {
      int width = widths >> (5 * axis) & 31;
      for (int i = 0; i < 32; i++) {
        if ((mask >>> i & 1) != 0) {
          int coded = 0;
          for (int k = 0; k < width; k++, bit++) {
            coded |= (in.get(first + bit / 8) >> (bit % 8) & 1) << k;
          }
          int at = axis * ids.length + 32 * group + i;
          steps[at] = (steps[at] + ((coded >>> 1) ^ -(coded & 1))) & 0xFFFF;
        }
      }
    }
    in.position(first + (bit + 7) / 8);
  }

  int[] ids() {
    return ids;
  }

  float scale() {
    return scale;
  }

  float place(int axis, int i) {
    return (float) (origin[axis] + (double) scale * steps[axis * ids.length + i]);
  }
}
