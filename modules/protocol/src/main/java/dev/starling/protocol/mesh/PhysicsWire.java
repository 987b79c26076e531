/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.flow.NodeAction;
import dev.starling.protocol.flow.NodeRef;
import dev.starling.protocol.flow.Position;
import dev.starling.protocol.mesh.PhysicsMessage.Interact;
import dev.starling.protocol.mesh.PhysicsMessage.Interacted;
import org.jspecify.annotations.Nullable;

/** Fields of {@link PhysicsMessage}s on the wire. */
final class PhysicsWire {
  private PhysicsWire() {}

  static void write(WireWriter out, PhysicsMessage message) {
    switch (message) {
      case Interact interact -> {
        out.text(interact.session()).choice(interact.action());
        node(out, interact.node());
        position(out, interact.position());
      }
      case Interacted _ -> {}
    }
  }

  static PhysicsMessage read(WireReader in, int number) {
    return switch (number) {
      case 401 -> new Interact(in.text(), in.choice(NodeAction.values()), node(in), position(in));
      case 402 -> new Interacted();
      default -> throw MeshWire.unknown(number);
    };
  }

  private static void node(WireWriter out, NodeRef node) {
    switch (node) {
      case NodeRef.Key(String key) -> out.flag(true).text(key);
      case NodeRef.FrameId(long id) -> out.flag(false).number(id);
    }
  }

  private static NodeRef node(WireReader in) {
    return in.flag() ? new NodeRef.Key(in.text()) : new NodeRef.FrameId(in.number());
  }

  private static void position(WireWriter out, @Nullable Position position) {
    out.flag(position != null);
    if (position != null) {
      out.real(position.x()).real(position.y()).real(position.z());
    }
  }

  private static @Nullable Position position(WireReader in) {
    return in.flag() ? new Position(in.real(), in.real(), in.real()) : null;
  }
}
