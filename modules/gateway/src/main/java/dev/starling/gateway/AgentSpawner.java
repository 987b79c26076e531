/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.SpawnRequest;
import dev.starling.protocol.mesh.AgentsMessage.Offer;
import dev.starling.protocol.mesh.AgentsMessage.OfferQuery;
import dev.starling.protocol.mesh.AgentsMessage.Spawn;
import dev.starling.protocol.mesh.NodeInfo;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Has agents started: asks every host what it can start, and of those that can the one with the
 * least agents. Safe from any thread.
 */
final class AgentSpawner {
  private static final Duration OFFER_PATIENCE = Duration.ofSeconds(2);
  private static final String OPERATION = "agent_spawn";
  private static final String ROLE = "agents";

  private final Mesh mesh;

  AgentSpawner(Mesh mesh) {
    this.mesh = mesh;
  }

  /** An agent that is starting, and where. */
  record Started(String agentId, String node) {}

  private record Bid(NodeInfo node, Offer offer) {}

  /**
   * Starts an agent.
   *
   * @param subject whose it will be; empty for nobody's
   */
  Future<Started> spawn(SpawnRequest request, String subject) {
    List<NodeInfo> hosts = mesh.view().running(ROLE);
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
          Spawn spawn = new Spawn(request.kind(), request.name(), request.profile(), subject);
          return mesh.bus()
              .request(Addresses.agents(best.node().id()), spawn, Roles.PATIENCE)
              .map(spawned -> new Started(spawned.agentId(), best.node().id()));
        })
        .recover(failure -> Future.failedFuture(Roles.named(OPERATION, ROLE, failure)));
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
    Map<NodeInfo, Future<Offer>> asked = new LinkedHashMap<>();
    for (NodeInfo host : hosts) {
      asked.put(
          host, mesh.bus().request(Addresses.agents(host.id()), new OfferQuery(), OFFER_PATIENCE));
    }
    return Future.join(List.copyOf(asked.values()))
        .transform(done -> {
          List<Bid> bids =
              asked.entrySet().stream()
                  .filter(one -> one.getValue().succeeded())
                  .map(one -> new Bid(one.getKey(), one.getValue().result()))
                  .toList();
          return bids.isEmpty()
              ? Future.failedFuture(
                  RefusalException.unavailable(ROLE, "no host of agents answers now; try again"))
              : Future.succeededFuture(bids);
        });
  }

  private static Bid best(List<Bid> bids, String kind) {
    List<Bid> able = bids.stream().filter(bid -> bid.offer().kinds().contains(kind)).toList();
    if (able.isEmpty()) {
      TreeSet<String> kinds = new TreeSet<>();
      bids.forEach(bid -> kinds.addAll(bid.offer().kinds()));
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE, "kind", "one of " + String.join(", ", kinds), kind);
    }
    return able.stream()
        .filter(bid -> bid.offer().agents() < bid.offer().most())
        .min(Comparator.comparingInt(bid -> bid.offer().agents()))
        .orElseThrow(() ->
            RefusalException.unavailable(
                ROLE, "every host that can start it is full; raise agents.max"));
  }
}
