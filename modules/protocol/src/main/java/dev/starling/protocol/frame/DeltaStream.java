/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Position frames of protocol 3, each of which builds on the one before it: places on a grid of 16
 * bits an axis, and of each node that moved how many steps. After each {@link #advance} the frame
 * can be had as a difference, for who has the one before, and whole, for who has not; both leave
 * the reader with the same. A coordinate that is no finite number goes out as 0 and is counted. One
 * thread at a time.
 */
public final class DeltaStream {
  /** Between two key frames of a layout that moves. */
  static final long KEY_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** The number in {@code ?protocol=}, and the first byte of each frame. */
  public static final int PROTOCOL = 3;

  /** Nodes that share their widths. */
  static final int GROUP = 32;

  private static final int HEADER = 30;
  private static final int KEY = 1;

  /** Half a step of rounding and half a step in which a node counts as unmoved. */
  private static final double DEAD_BAND = 1;

  private static final double HALF = 0.5;

  private int[] ids = {};
  private byte[] idBytes = {};
  private Grid grid = Grid.around(new float[0], 0);

  /** Where clients have the nodes, in steps: all x, then all y, then all z. */
  private char[] steps = {};

  /** Of the nodes that moved, group by group at the place of its first node, along one axis. */
  private char[] moves = {};

  private int[] masks = {};
  private char[] widths = {};
  private int moved;
  private int deltaLength;
  private int sequence;
  private long keyAt;
  private boolean begun;
  private boolean key;
  private long replaced;

  /** Takes in where the nodes are now: the next frame. */
  public void advance(LayoutBlock block, long nanos) {
    sequence++;
    count(block);
    boolean isSame = begun && Arrays.equals(ids, block.ids());
    begun = true;
    key = !isSame || !move(block.places()) || (moved > 0 && nanos - keyAt >= KEY_NANOS);
    if (key) {
      rewrite(block, isSame);
      keyAt = nanos;
    }
  }

  private void count(LayoutBlock block) {
    for (float place : block.places()) {
      if (!Float.isFinite(place)) {
        replaced++;
      }
    }
  }

  /** Numbers that were written as 0. */
  public long replaced() {
    return replaced;
  }

  /** The number of this frame; with the first 1, and with 0 behind 4 294 967 295. */
  public int sequence() {
    return sequence;
  }

  /** Whether this frame is only to be had whole. */
  public boolean isKey() {
    return key;
  }

  /** Nodes that moved since the last frame; of no meaning where it is a key frame. */
  public int moved() {
    return moved;
  }

  private void rewrite(LayoutBlock block, boolean isSame) {
    if (!isSame) {
      resize(block);
    }
    int n = ids.length;
    grid = Grid.around(block.places(), n);
    double inverse = 1.0 / grid.scale();
    for (int axis = 0; axis < 3; axis++) {
      double origin = grid.origin(axis);
      for (int i = axis * n; i < (axis + 1) * n; i++) {
        double step = (Grid.finite(block.places()[i]) - origin) * inverse + HALF;
        steps[i] = (char) Math.clamp((long) step, 0, Grid.LAST);
      }
    }
  }

  private void resize(LayoutBlock block) {
    int n = block.count();
    ids = block.ids();
    steps = new char[3 * n];
    moves = new char[3 * n];
    masks = new int[(n + GROUP - 1) / GROUP];
    widths = new char[masks.length];
    idBytes = idBytes(block);
  }

  /** Each slot as the difference to the one before it, with the kind in the lowest bit. */
  private static byte[] idBytes(LayoutBlock block) {
    byte[] bytes = new byte[5 * block.count()];
    int at = 0;
    int before = 0;
    for (int i = 0; i < block.count(); i++) {
      int rest = ((block.slot(i) - before) << 1) | (block.ids()[i] >>> (Integer.SIZE - 1));
      before = block.slot(i);
      for (; (rest & ~0x7F) != 0; rest >>>= 7) {
        bytes[at++] = (byte) (rest | 0x80);
      }
      bytes[at++] = (byte) rest;
    }
    return Arrays.copyOf(bytes, at);
  }

  /** False where a node left the grid; then all is to be written anew. */
  private boolean move(float[] places) {
    moved = 0;
    deltaLength = HEADER + (masks.length + Byte.SIZE - 1) / Byte.SIZE;
    for (int group = 0; group < masks.length; group++) {
      if (!move(places, group)) {
        return false;
      }
    }
    return true;
  }

  private boolean move(float[] places, int group) {
    int n = ids.length;
    int from = group * GROUP;
    int to = Math.min(from + GROUP, n);
    double inverse = 1.0 / grid.scale();
    int mask = 0;
    int bitsX = 0;
    int bitsY = 0;
    int bitsZ = 0;
    int at = from;
    for (int i = from; i < to; i++) {
      double x = (Grid.finite(places[i]) - grid.originX()) * inverse;
      double y = (Grid.finite(places[n + i]) - grid.originY()) * inverse;
      double z = (Grid.finite(places[2 * n + i]) - grid.originZ()) * inverse;
      if (isOutside(x) || isOutside(y) || isOutside(z)) {
        return false;
      }
      if (isMoved(x, i) || isMoved(y, n + i) || isMoved(z, 2 * n + i)) {
        mask |= 1 << i;
        bitsX |= step(x, i, at);
        bitsY |= step(y, n + i, n + at);
        bitsZ |= step(z, 2 * n + i, 2 * n + at);
        at++;
      }
    }
    masks[group] = mask;
    widths[group] = (char) (width(bitsX) | (width(bitsY) << 5) | (width(bitsZ) << 10));
    account(group, at - from);
    return true;
  }

  private static boolean isOutside(double step) {
    return !(step > -HALF && step < Grid.LAST + HALF);
  }

  private boolean isMoved(double step, int i) {
    return Math.abs(step - steps[i]) > DEAD_BAND;
  }

  /** Moves a node along an axis; the way there in 16 bits, its sign in the lowest. */
  private int step(double step, int i, int at) {
    int now = (int) (step + HALF);
    short way = (short) (now - steps[i]);
    int coded = ((way << 1) ^ (way >> (Short.SIZE - 1))) & 0xFFFF;
    steps[i] = (char) now;
    moves[at] = (char) coded;
    return coded;
  }

  private static int width(int bits) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(bits);
  }

  private void account(int group, int nodes) {
    if (nodes > 0) {
      moved += nodes;
      deltaLength += Integer.BYTES + Short.BYTES + packedBytes(widths[group], nodes);
    }
  }

  private static int packedBytes(int widths, int nodes) {
    int bits = (widths & 31) + ((widths >> 5) & 31) + (widths >> 10);
    return (bits * nodes + Byte.SIZE - 1) / Byte.SIZE;
  }

  /** Bytes of the whole frame. */
  public int keyLength() {
    return HEADER + idBytes.length + steps.length * Character.BYTES;
  }

  /** Bytes of the difference. */
  public int deltaLength() {
    return deltaLength;
  }

  /** Writes the whole frame at the beginning of {@code out}. */
  public void writeKey(ByteBuffer out) {
    header(out, KEY, sequence);
    out.put(HEADER, idBytes);
    int at = HEADER + idBytes.length;
    for (char step : steps) {
      out.putChar(at, step);
      at += Character.BYTES;
    }
  }

  /** Writes the difference at the beginning of {@code out}; not of a key frame. */
  public void writeDelta(ByteBuffer out) {
    header(out, 0, sequence - 1);
    int at = HEADER;
    for (int group = 0; group < masks.length; group += Byte.SIZE) {
      out.put(at++, (byte) present(group));
    }
    BitWriter bits = new BitWriter(out);
    for (int group = 0; group < masks.length; group++) {
      if (masks[group] != 0) {
        out.putInt(at, masks[group]);
        out.putChar(at + Integer.BYTES, widths[group]);
        at = pack(group, bits, at + Integer.BYTES + Character.BYTES);
      }
    }
  }

  private int present(int first) {
    int present = 0;
    for (int group = first; group < Math.min(first + Byte.SIZE, masks.length); group++) {
      present |= (masks[group] == 0 ? 0 : 1) << (group - first);
    }
    return present;
  }

  private int pack(int group, BitWriter bits, int at) {
    int nodes = Integer.bitCount(masks[group]);
    bits.begin(at);
    for (int axis = 0; axis < 3; axis++) {
      int width = (widths[group] >> (5 * axis)) & 31;
      bits.put(moves, axis * ids.length + group * GROUP, nodes, width);
    }
    return bits.end();
  }

  private void header(ByteBuffer out, int flags, int base) {
    out.order(ByteOrder.LITTLE_ENDIAN);
    out.put(0, (byte) PROTOCOL).putInt(1, sequence).put(5, (byte) flags).putInt(6, base);
    out.putFloat(10, grid.originX()).putFloat(14, grid.originY()).putFloat(18, grid.originZ());
    out.putFloat(22, grid.scale()).putInt(26, ids.length);
  }
}
