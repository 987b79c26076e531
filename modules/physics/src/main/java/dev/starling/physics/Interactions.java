/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.layout.Layout;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.NodeRef;
import dev.starling.protocol.flow.Position;
import dev.starling.protocol.mesh.GraphEdit.Pin;
import dev.starling.protocol.mesh.GraphEdit.Unpin;
import dev.starling.protocol.mesh.PhysicsMessage.Interact;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What people do to nodes of a {@link World}. Stateless; on the simulation's thread. */
final class Interactions {
  private Interactions() {}

  /**
   * Does it.
   *
   * @param now nanoseconds
   * @return the slot of the node that was meant; a {@link RefusalException} where there is none
   */
  static int apply(World world, Interact asked, long now) {
    int slot = find(world.store(), asked.node());
    switch (asked.action()) {
      case NODE_SELECTED, NODE_DESELECTED -> {}
      case NODE_DRAG_START, NODE_DRAG -> drag(world, asked, slot, now);
      case NODE_DRAG_END -> {
        if (asked.position() != null) {
          drag(world, asked, slot, now);
        }
        world.endDrag(asked.session());
      }
      case NODE_PIN -> world.apply(List.of(pin(world, slot, asked.position())));
      case NODE_UNPIN -> world.apply(List.of(new Unpin(slot)));
    }
    return slot;
  }

  /** The slot of a node, or a refusal that names it. */
  static int find(GraphStore store, NodeRef node) {
    return store
        .find(node)
        .orElseThrow(() -> {
          String name =
              switch (node) {
                case NodeRef.Key(String key) -> key;
                case NodeRef.FrameId(long id) -> Long.toString(id);
              };
          return new RefusalException(
              ErrorCode.NODE_NOT_FOUND, "no node has the key or id " + name, Map.of("node", name));
        });
  }

  private static void drag(World world, Interact asked, int slot, long now) {
    Pin to = pin(world, slot, asked.position());
    if (!world.drag(asked.session(), slot, to.x(), to.y(), to.z(), now)) {
      throw RefusalException.unavailable(
          "physics", "too many sessions drag nodes already; try again");
    }
  }

  /** Where to; where nothing is said, where it is. */
  private static Pin pin(World world, int slot, @Nullable Position position) {
    Layout layout = world.layout();
    return position == null
        ? new Pin(slot, layout.x(slot), layout.y(slot), layout.z(slot))
        : new Pin(
            slot,
            World.coordinate(position.x()),
            World.coordinate(position.y()),
            World.coordinate(position.z()));
  }
}
