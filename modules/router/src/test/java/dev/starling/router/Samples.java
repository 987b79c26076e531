/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.fabric.View;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.Deposit;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.RouterMessage.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Registrations, views and settings as tests of the router need them. */
final class Samples {
  private Samples() {}

  static Registration registration(
      long key, long claim, String gateway, String agentId, @Nullable Fingerprint fingerprint) {
    return new Registration(
        key, new Registration.Claim(claim, gateway), agentId, "", fingerprint, 0.75, false);
  }

  static Agent agent(long claim, String gateway, String agentId, float... values) {
    Fingerprint fingerprint = values.length == 0 ? null : Fingerprint.of(values);
    return new Agent(registration(claim, claim, gateway, agentId, fingerprint), gateway, 1);
  }

  static NodeInfo gateway(String id, long incarnation) {
    return gateway(id, incarnation, State.SERVING);
  }

  static NodeInfo gateway(String id, long incarnation, State state) {
    List<RoleState> roles = List.of(new RoleState("gateway", state));
    return new NodeInfo(id, incarnation, id, "127.0.0.1", 1, 2, "test", 0, roles, List.of());
  }

  static View view(NodeInfo... others) {
    List<RoleState> roles = List.of(new RoleState("router", State.SERVING));
    Map<String, NodeInfo> nodes = new TreeMap<>();
    nodes.put("me", new NodeInfo("me", 1, "me", "127.0.0.1", 1, 2, "test", 0, roles, List.of()));
    for (NodeInfo other : others) {
      nodes.put(other.id(), other);
    }
    return new View("me", new TreeMap<>(nodes));
  }

  static RouterConfig config() {
    return new RouterConfig(
        0.75,
        Map.of("strict", 0.9),
        1_000,
        100,
        Duration.ofMinutes(2),
        1_000,
        8,
        100,
        RouterConfig.Kernels.SCALAR);
  }

  /** An outcome with the client's own id. */
  static Deposit deposit(String source, String outcomeId) {
    return deposit(source, outcomeId, true);
  }

  static Deposit deposit(
      String source, String outcomeId, boolean idFromClient, String... derivedFrom) {
    return new Deposit(
        "g",
        source,
        outcomeId,
        idFromClient,
        Fingerprint.of(1, 0),
        List.of(derivedFrom),
        0,
        RawJson.EMPTY_OBJECT,
        0,
        5_000);
  }

  static Routed routed(String outcomeId, String... to) {
    return new Routed(Status.ROUTED, outcomeId, List.of(to), false);
  }
}
