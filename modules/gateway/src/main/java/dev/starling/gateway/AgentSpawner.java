/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Address;
import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.SpawnRequest;
import dev.starling.protocol.mesh.AgentsMessage;
import dev.starling.protocol.mesh.AgentsMessage.Offer;
import dev.starling.protocol.mesh.AgentsMessage.Spawn;
import dev.starling.protocol.mesh.NodeInfo;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Has agents started: asks every host what it can start. A connected swarm that offers the kind
 * goes before the nodes themselves, of which the one with the least agents is taken. Safe from any
 * thread.
 */
final class AgentSpawner {
  private static final String OPERATION = "agent_spawn";
  private static final String ROLE = "agents";

  private final Mesh mesh;
  private final SwarmDirectory swarms;

  AgentSpawner(Mesh mesh, SwarmDirectory swarms) {
    this.mesh = mesh;
    this.swarms = swarms;
  }

  /** An agent that is starting, and where. */
  record Started(String agentId, String node) {}

  /**
   * Who can start an agent, and what.
   *
   * @param isSwarm whether it is a swarm that the node follows
   */
  private record Bid(NodeInfo node, Address<AgentsMessage> address, boolean isSwarm, Offer offer) {
    boolean hasRoom() {
      return offer.agents() < offer.most();
    }
  }

  /**
   * Starts an agent.
   *
   * @param subject whose it will be; empty for nobody's
   */
  Future<Started> spawn(SpawnRequest request, String subject) {
    String swarm = request.swarm();
    Future<Started> started =
        swarm == null ? spawnAnywhere(request, subject) : spawnIn(swarm, request, subject);
    return started.recover(failure -> Future.failedFuture(Roles.named(OPERATION, ROLE, failure)));
  }

  private Future<Started> spawnIn(String swarm, SpawnRequest request, String subject) {
    return swarms
        .follower(swarm)
        .compose(place -> ask(SwarmDirectory.address(place), place.node(), request, subject));
  }

  private Future<Started> spawnAnywhere(SpawnRequest request, String subject) {
    List<NodeInfo> hosts = swarms.hosts();
    if (hosts.isEmpty()) {
      return Future.failedFuture(
          RefusalException.unavailable(ROLE, "no node of the mesh runs this role"));
    }
    List<NodeInfo> wanted = hosts.stream().filter(host -> isWanted(host, request.node())).toList();
    if (wanted.isEmpty()) {
      return Future.failedFuture(noSuchNode(hosts, request.node()));
    }
    return bids(wanted)
        .compose(bids -> {
          Bid best = best(bids, request.kind());
          return ask(best.address(), best.node(), request, subject);
        });
  }

  private Future<Started> ask(
      Address<AgentsMessage> host, NodeInfo node, SpawnRequest request, String subject) {
    Spawn spawn = new Spawn(request.kind(), request.name(), request.profile(), subject);
    return mesh.bus()
        .request(host, spawn, Roles.PATIENCE)
        .map(spawned -> new Started(spawned.agentId(), node.id()));
  }

  private static boolean isWanted(NodeInfo host, @Nullable String node) {
    return node == null || host.id().equals(node) || host.name().equals(node);
  }

  private static RefusalException noSuchNode(List<NodeInfo> hosts, @Nullable String node) {
    String known = hosts.stream().map(NodeInfo::name).sorted().collect(Collectors.joining(", "));
    return RefusalException.ofField(
        ErrorCode.INVALID_MESSAGE,
        "node",
        "the id or the name of a node that runs agents, one of " + known,
        String.valueOf(node));
  }

  /** What the hosts can start, of those that answer. */
  private Future<List<Bid>> bids(List<NodeInfo> hosts) {
    return swarms
        .offers(hosts)
        .compose(offers ->
            offers.isEmpty()
                ? Future.failedFuture(
                    RefusalException.unavailable(ROLE, "no host of agents answers now; try again"))
                : swarms.spawners(offers).map(spawners -> bids(offers, spawners)));
  }

  private static List<Bid> bids(
      Map<NodeInfo, Offer> offers, Map<SwarmDirectory.Place, Offer> spawners) {
    List<Bid> bids = new ArrayList<>();
    spawners.forEach((place, offer) ->
        bids.add(new Bid(place.node(), SwarmDirectory.address(place), true, offer)));
    offers.forEach(
        (node, offer) -> bids.add(new Bid(node, Addresses.agents(node.id()), false, offer)));
    return bids;
  }

  private static Bid best(List<Bid> bids, String kind) {
    List<Bid> able = bids.stream().filter(bid -> bid.offer().kinds().contains(kind)).toList();
    if (able.isEmpty()) {
      TreeSet<String> kinds = new TreeSet<>();
      bids.forEach(bid -> kinds.addAll(bid.offer().kinds()));
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE, "kind", "one of " + String.join(", ", kinds), kind);
    }
    return leastBusy(able, true)
        .or(() -> leastBusy(able, false))
        .orElseThrow(() ->
            RefusalException.unavailable(
                ROLE, "every host that can start it is full; raise agents.max"));
  }

  private static Optional<Bid> leastBusy(List<Bid> able, boolean isSwarm) {
    return able.stream()
        .filter(bid -> bid.isSwarm() == isSwarm && bid.hasRoom())
        .min(Comparator.comparingInt(bid -> bid.offer().agents()));
  }
}
