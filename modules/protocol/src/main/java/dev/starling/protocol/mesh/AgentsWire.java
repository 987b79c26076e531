/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.mesh.AgentsMessage.Control;
import dev.starling.protocol.mesh.AgentsMessage.Controlled;

/** Fields of {@link AgentsMessage}s on the wire. */
final class AgentsWire {
  private AgentsWire() {}

  static void write(WireWriter out, AgentsMessage message) {
    switch (message) {
      case Control control ->
          out.text(control.agentId()).choice(control.action()).text(control.subject());
      case Controlled controlled -> out.text(controlled.agentId()).text(controlled.status());
    }
  }

  static AgentsMessage read(WireReader in, int number) {
    return switch (number) {
      case 501 -> new Control(in.text(), in.choice(ControlAction.values()), in.text());
      case 502 -> new Controlled(in.text(), in.text());
      default -> throw MeshWire.unknown(number);
    };
  }
}
