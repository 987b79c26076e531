/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Address;
import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.AgentsMessage;
import dev.starling.protocol.mesh.AgentsMessage.Incoming;
import dev.starling.protocol.mesh.AgentsMessage.Ousted;
import org.jspecify.annotations.Nullable;

/**
 * An agent that this node hosts, in its role {@code agents} or in a swarm that it follows: what
 * reaches it goes there. Its messages stay in the process, in order. Gateway's loop only, but for
 * what says otherwise.
 */
final class HostedAgent implements Registrant {
  private final Mesh mesh;
  private final String agentId;
  private final String swarm;
  private final Address<AgentsMessage> host;
  private volatile boolean ended;
  private volatile @Nullable Held held;

  /**
   * An agent that is not registered yet.
   *
   * @param swarm the name of its swarm; empty where the role hosts it
   */
  HostedAgent(Mesh mesh, String agentId, String swarm) {
    this.mesh = mesh;
    this.agentId = agentId;
    this.swarm = swarm;
    String node = mesh.nodeId();
    this.host = swarm.isEmpty() ? Addresses.agents(node) : Addresses.swarm(node, swarm);
  }

  /** The name of its swarm; empty where the role hosts it. */
  String swarm() {
    return swarm;
  }

  /** Who answers for it. */
  Address<AgentsMessage> host() {
    return host;
  }

  /** Its host gave it up. */
  void end() {
    ended = true;
  }

  @Override
  public boolean isEnding() {
    return ended;
  }

  @Override
  public @Nullable Held held() {
    return held;
  }

  @Override
  public void registeredAs(@Nullable Held now) {
    held = now;
  }

  @Override
  public void unregistered(Held lost, RefusalException why) {
    Held mine = held;
    if (mine != null && mine.key() == lost.key()) {
      held = null;
      ended = true;
      send(new Ousted(agentId, why.text()));
    }
  }

  @Override
  public void deliver(Arrival arrival, double similarity) {
    send(new Incoming(agentId, arrival.packet(), similarity, arrival.acceptedMicros()));
  }

  private void send(AgentsMessage message) {
    mesh.bus().send(host, message);
  }
}
