/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.frame.PathColumns;
import org.jspecify.annotations.Nullable;

/**
 * Layouts and shortest paths on the wire. A node of a block takes about 19 bytes: its id as the
 * difference to the one before it, its place in floats, its velocity, which is only drawn with, in
 * half floats.
 */
final class FrameWire {
  private FrameWire() {}

  static void block(WireWriter out, LayoutBlock block) {
    out.number(block.term()).number(block.tick()).flag(block.isMoving()).number(block.count());
    int before = 0;
    for (int i = 0; i < block.count(); i++) {
      int slot = block.slot(i);
      out.number(2L * (slot - before) + (block.ids()[i] < 0 ? 1 : 0));
      before = slot;
    }
    out.floats(block.places()).halfFloats(block.velocities());
  }

  static LayoutBlock block(WireReader in) {
    long term = in.number();
    long tick = in.number();
    boolean isMoving = in.flag();
    int[] ids = new int[in.length(1)];
    long slot = 0;
    for (int i = 0; i < ids.length; i++) {
      long coded = in.number();
      slot += coded >> 1;
      ids[i] = slot(slot) | ((coded & 1) == 0 ? 0 : LayoutBlock.AGENT);
    }
    float[] places = in.floats();
    float[] velocities = in.halfFloats();
    if (places.length != 3 * ids.length || velocities.length != places.length) {
      throw new WireException("a block of " + ids.length + " nodes with other columns");
    }
    return new LayoutBlock(term, tick, isMoving, ids, places, velocities);
  }

  static void optionalBlock(WireWriter out, @Nullable LayoutBlock block) {
    out.flag(block != null);
    if (block != null) {
      block(out, block);
    }
  }

  static @Nullable LayoutBlock optionalBlock(WireReader in) {
    return in.flag() ? block(in) : null;
  }

  private static int slot(long slot) {
    if (slot < 0 || slot > LayoutBlock.SLOT) {
      throw new WireException("no slot: " + slot);
    }
    return (int) slot;
  }

  static void columns(WireWriter out, PathColumns columns) {
    out.number(columns.term())
        .number(columns.version())
        .number(columns.source())
        .floats(columns.distances())
        .integers(columns.parents());
  }

  static PathColumns columns(WireReader in) {
    long term = in.number();
    long version = in.number();
    int source = in.integer();
    float[] distances = in.floats();
    int[] parents = in.integers();
    if (distances.length != parents.length) {
      throw new WireException(distances.length + " distances and " + parents.length + " parents");
    }
    return new PathColumns(term, version, source, distances, parents);
  }
}
