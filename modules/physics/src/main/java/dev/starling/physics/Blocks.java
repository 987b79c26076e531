/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.Graph;
import dev.starling.graphs.NodeKind;
import dev.starling.graphs.layout.Layout;
import dev.starling.protocol.frame.LayoutBlock;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes {@link LayoutBlock}s of a {@link World}. Stateless. */
final class Blocks {
  private Blocks() {}

  /**
   * Where the nodes in some slots are now.
   *
   * @param from the first slot
   * @param to behind the last slot
   * @param speed what velocities are to be multiplied with: seconds that the layout goes on in each
   *     second that passes
   */
  static LayoutBlock of(
      World world, int from, int to, long term, long tick, boolean isMoving, float speed) {
    Graph graph = world.graph();
    Layout layout = world.layout();
    int[] slots = new int[Math.min(to, graph.slots()) - Math.min(from, graph.slots())];
    int n = 0;
    for (int slot = from; slot < from + slots.length; slot++) {
      if (graph.isThere(slot) && layout.isThere(slot)) {
        slots[n++] = slot;
      }
    }
    int[] ids = Arrays.copyOf(slots, n);
    float[] places = new float[3 * n];
    float[] velocities = new float[3 * n];
    for (int i = 0; i < n; i++) {
      int slot = ids[i];
      places[i] = layout.x(slot);
      places[n + i] = layout.y(slot);
      places[2 * n + i] = layout.z(slot);
      if (speed != 0) {
        velocities[i] = speed * layout.vx(slot);
        velocities[n + i] = speed * layout.vy(slot);
        velocities[2 * n + i] = speed * layout.vz(slot);
      }
      if (graph.kind(slot) == NodeKind.AGENT) {
        ids[i] |= LayoutBlock.AGENT;
      }
    }
    return new LayoutBlock(term, tick, isMoving, ids, places, velocities);
  }

  /**
   * The nodes of blocks that have none in common, as one block of the last one's moment; null where
   * there is no block.
   */
  static @Nullable LayoutBlock joined(List<LayoutBlock> blocks) {
    if (blocks.isEmpty()) {
      return null;
    }
    int n = blocks.stream().mapToInt(LayoutBlock::count).sum();
    int[] ids = new int[n];
    float[] places = new float[3 * n];
    float[] velocities = new float[3 * n];
    int from = 0;
    for (LayoutBlock block : blocks) {
      System.arraycopy(block.ids(), 0, ids, from, block.count());
      copy(block.places(), places, from);
      copy(block.velocities(), velocities, from);
      from += block.count();
    }
    LayoutBlock last = blocks.getLast();
    return new LayoutBlock(last.term(), last.tick(), last.isMoving(), ids, places, velocities);
  }

  private static void copy(float[] axes, float[] into, int from) {
    for (int axis = 0; axis < 3; axis++) {
      System.arraycopy(
          axes, axis * axes.length / 3, into, axis * into.length / 3 + from, axes.length / 3);
    }
  }
}
