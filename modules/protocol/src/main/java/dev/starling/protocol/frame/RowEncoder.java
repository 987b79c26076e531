/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes position frames of protocols 1 and 2: a row for each node, little-endian, each of id,
 * place, velocity, distance and parent. A coordinate that is no finite number goes out as 0, a
 * distance that is none as +∞, and both are counted. One thread at a time.
 */
public final class RowEncoder {
  private static final int EXPONENT = 0x7F80_0000;
  private static final float[] NO_DISTANCES = {};
  private static final int[] NO_PARENTS = {};

  private final RowFormat format;
  private long replaced;

  /** An encoder of one of the two layouts. */
  public RowEncoder(RowFormat format) {
    this.format = format;
  }

  /** Numbers that were written as others, since the encoder was made. */
  public long replaced() {
    return replaced;
  }

  /**
   * Writes a frame at the beginning of {@code out}, which must have room for {@link
   * RowFormat#length}.
   *
   * @param out its position is not looked at, its order is little-endian afterwards
   * @return bytes written
   */
  public int encode(LayoutBlock block, SourcePaths paths, ByteBuffer out) {
    out.order(ByteOrder.LITTLE_ENDIAN);
    int rows = format.rows(block);
    if (format == RowFormat.LONG_IDS) {
      out.put(0, (byte) format.protocol());
      longIds(block, rows, out);
    } else {
      shortIds(block, rows, out);
    }
    coordinates(block, rows, out);
    paths(block, rows, paths, out);
    return format.header() + rows * format.row();
  }

  private void shortIds(LayoutBlock block, int rows, ByteBuffer out) {
    int[] ids = block.ids();
    for (int i = 0, at = format.header(); i < rows; i++, at += format.row()) {
      out.putShort(at, (short) (ids[i] | (ids[i] >>> Short.SIZE)));
    }
  }

  private void longIds(LayoutBlock block, int rows, ByteBuffer out) {
    int[] ids = block.ids();
    for (int i = 0, at = format.header(); i < rows; i++, at += format.row()) {
      out.putInt(at, ids[i]);
    }
  }

  private void coordinates(LayoutBlock block, int rows, ByteBuffer out) {
    float[] places = block.places();
    float[] velocities = block.velocities();
    int n = block.count();
    int at = format.header() + format.row() - 8 * Float.BYTES;
    for (int i = 0; i < rows; i++, at += format.row()) {
      out.putLong(at, pair(places[i], places[n + i]));
      out.putLong(at + Long.BYTES, pair(places[2 * n + i], velocities[i]));
      out.putLong(at + 2 * Long.BYTES, pair(velocities[n + i], velocities[2 * n + i]));
    }
  }

  private long pair(float low, float high) {
    return (finite(low) & 0xFFFF_FFFFL) | ((long) finite(high) << Integer.SIZE);
  }

  private int finite(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & EXPONENT) == EXPONENT) {
      replaced++;
      return 0;
    }
    return bits;
  }

  private void paths(LayoutBlock block, int rows, SourcePaths paths, ByteBuffer out) {
    PathColumns known = paths.columns();
    float[] distances = known == null ? NO_DISTANCES : known.distances();
    int[] parents = known == null ? NO_PARENTS : known.parents();
    int at = format.header() + format.row() - 2 * Float.BYTES;
    for (int i = 0; i < rows; i++, at += format.row()) {
      int slot = block.slot(i);
      float distance = slot < distances.length ? distances[slot] : Float.POSITIVE_INFINITY;
      int parent = slot < parents.length ? parents[slot] : PathColumns.NONE;
      if (slot == paths.source()) {
        distance = 0;
        parent = PathColumns.NONE;
      } else if (!(distance >= 0)) {
        replaced++;
        distance = Float.POSITIVE_INFINITY;
        parent = PathColumns.NONE;
      }
      out.putLong(
          at, (Float.floatToRawIntBits(distance) & 0xFFFF_FFFFL) | ((long) parent << Integer.SIZE));
    }
  }
}
