/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

/**
 * What may travel on the bus. Implementations are deeply immutable records: locally the same
 * instance is handed over, so no array in one is ever written to.
 */
public sealed interface MeshMessage
    permits FabricMessage,
        GatewayMessage,
        RouterMessage,
        PhysicsMessage,
        AgentsMessage,
        VoiceMessage,
        SettingsMessage,
        EmbedderMessage,
        TaskMessage {

  /** About how many bytes it takes on the wire; what waits for a node is bounded by it. */
  default int weight() {
    return 256;
  }
}
