/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.mesh.FabricMessage;
import dev.starling.protocol.mesh.GatewayMessage;
import dev.starling.protocol.mesh.RouterMessage;

/**
 * The map of the house: every address on the bus. A role has one per node, never one per agent,
 * since each is state of the whole cluster that every survivor sweeps when a node dies.
 */
public final class Addresses {
  private Addresses() {}

  /** What every node answers to. */
  public static Address<FabricMessage> fabric(String nodeId) {
    return new Address<>("fabric." + nodeId, nodeId, FabricMessage.class);
  }

  /** The gateway of a node. */
  public static Address<GatewayMessage> gateway(String nodeId) {
    return new Address<>("gateway." + nodeId, nodeId, GatewayMessage.class);
  }

  /** The router of a node. */
  public static Address<RouterMessage> router(String nodeId) {
    return new Address<>("router." + nodeId, nodeId, RouterMessage.class);
  }
}
