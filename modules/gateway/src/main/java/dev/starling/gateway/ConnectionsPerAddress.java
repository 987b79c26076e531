/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many sockets each client address has open on this node, by group of endpoints; no more than
 * the group allows. Takes no more room than the open sockets do. Thread-safe.
 */
final class ConnectionsPerAddress {
  private final Map<EndpointGroup, Integer> most;
  private final Map<Counted, Integer> open = new ConcurrentHashMap<>();

  private record Counted(EndpointGroup group, ClientKey client) {}

  ConnectionsPerAddress(EndpointLimits web, EndpointLimits agent) {
    this.most =
        Map.of(
            EndpointGroup.WEB, web.connectionsPerAddress(),
            EndpointGroup.AGENT, agent.connectionsPerAddress());
  }

  /** One open socket's place, given back when its connection ends. The connection's loop only. */
  final class Slot {
    private final Counted counted;
    private boolean released;

    private Slot(Counted counted) {
      this.counted = counted;
    }

    void release() {
      if (!released) {
        released = true;
        open.computeIfPresent(counted, (key, count) -> count > 1 ? count - 1 : null);
      }
    }
  }

  /** A place for one more socket; empty where the address has as many as it may. */
  Optional<Slot> enter(EndpointGroup group, InetAddress address) {
    int limit = limit(group);
    Counted counted = new Counted(group, ClientKey.of(address));
    boolean[] entered = {false};
    open.compute(
        counted,
        (key, count) -> {
          int now = count == null ? 0 : count;
          entered[0] = now < limit;
          return entered[0] ? Integer.valueOf(now + 1) : count;
        });
    return entered[0] ? Optional.of(new Slot(counted)) : Optional.empty();
  }

  int limit(EndpointGroup group) {
    return most.getOrDefault(group, 0);
  }

  /** Addresses that have a socket open. */
  int addresses() {
    return open.size();
  }
}
