/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.Graph;
import dev.starling.graphs.NodeKind;
import dev.starling.graphs.layout.Layout;
import dev.starling.protocol.frame.LayoutBlock;
import java.util.Arrays;
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

  /** The nodes of two blocks that have none in common, as one block of the later one's moment. */
  static LayoutBlock joined(@Nullable LayoutBlock first, LayoutBlock second) {
    if (first == null) {
      return second;
    }
    int a = first.count();
    int b = second.count();
    int[] ids = Arrays.copyOf(first.ids(), a + b);
    System.arraycopy(second.ids(), 0, ids, a, b);
    return new LayoutBlock(
        second.term(),
        second.tick(),
        second.isMoving(),
        ids,
        joined(first.places(), a, second.places(), b),
        joined(first.velocities(), a, second.velocities(), b));
  }

  private static float[] joined(float[] first, int a, float[] second, int b) {
    float[] joined = new float[3 * (a + b)];
    for (int axis = 0; axis < 3; axis++) {
      System.arraycopy(first, axis * a, joined, axis * (a + b), a);
      System.arraycopy(second, axis * b, joined, axis * (a + b) + a, b);
    }
    return joined;
  }
}
