/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.flow.NodeAction;
import dev.starling.protocol.flow.NodeRef;
import dev.starling.protocol.flow.Position;
import org.jspecify.annotations.Nullable;

/** What the simulator is asked, and what it answers. */
public sealed interface PhysicsMessage extends MeshMessage {

  /**
   * What a person did to a node.
   *
   * @param session whose it is, so that a drag ends with it
   * @param position where to; null where the action needs none
   */
  record Interact(String session, NodeAction action, NodeRef node, @Nullable Position position)
      implements PhysicsMessage, Asks<Interacted> {
    @Override
    public Class<Interacted> answer() {
      return Interacted.class;
    }
  }

  /** It was done. */
  record Interacted() implements PhysicsMessage {}
}
