/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.mesh.AgentsMessage;
import dev.starling.protocol.mesh.EmbedderMessage;
import dev.starling.protocol.mesh.FabricMessage;
import dev.starling.protocol.mesh.GatewayMessage;
import dev.starling.protocol.mesh.PhysicsMessage;
import dev.starling.protocol.mesh.RouterMessage;
import dev.starling.protocol.mesh.SettingsMessage;
import dev.starling.protocol.mesh.TaskMessage;
import dev.starling.protocol.mesh.VoiceMessage;

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

  /** The simulator of a node. */
  public static Address<PhysicsMessage> physics(String nodeId) {
    return new Address<>("physics." + nodeId, nodeId, PhysicsMessage.class);
  }

  /** The host of agents of a node. */
  public static Address<AgentsMessage> agents(String nodeId) {
    return new Address<>("agents." + nodeId, nodeId, AgentsMessage.class);
  }

  /** The follower of a swarm on a node; there is one for each that an operator names there. */
  public static Address<AgentsMessage> swarm(String nodeId, String name) {
    return new Address<>("swarm." + nodeId + "." + name, nodeId, AgentsMessage.class);
  }

  /** The keeper of tasks of a node. */
  public static Address<TaskMessage> tasks(String nodeId) {
    return new Address<>("tasks." + nodeId, nodeId, TaskMessage.class);
  }

  /** What understands speech on a node. */
  public static Address<VoiceMessage> voice(String nodeId) {
    return new Address<>("voice." + nodeId, nodeId, VoiceMessage.class);
  }

  /** The router of a node. */
  public static Address<RouterMessage> router(String nodeId) {
    return new Address<>("router." + nodeId, nodeId, RouterMessage.class);
  }

  /** What embeds texts on a node. */
  public static Address<EmbedderMessage> embedder(String nodeId) {
    return new Address<>("embedder." + nodeId, nodeId, EmbedderMessage.class);
  }

  /** The settings role of a node. */
  public static Address<SettingsMessage> settings(String nodeId) {
    return new Address<>("settings." + nodeId, nodeId, SettingsMessage.class);
  }
}
