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
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
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
        .compose(bids -> ask(inLine(bids, request.kind(), wanted.size()), 0, request, subject));
  }

  /**
   * Where it surely did not begin, as at one that is full by now since others asked too, the next
   * one is asked. What may have begun is not repeated: there would be two.
   */
  private Future<Started> ask(List<Bid> line, int place, SpawnRequest request, String subject) {
    Bid bid = line.get(place);
    return ask(bid.address(), bid.node(), request, subject)
        .recover(failure -> {
          boolean isNotMade = failure instanceof RefusalException refusal && refusal.isNotMade();
          if (!isNotMade) {
            return Future.failedFuture(failure);
          }
          return place + 1 < line.size()
              ? ask(line, place + 1, request, subject)
              : Future.failedFuture(last((RefusalException) failure, request.kind()));
        });
  }

  /** A kind that was offered a moment ago is no mistake of the client's. */
  private static RefusalException last(RefusalException refusal, String kind) {
    return "kind".equals(refusal.details().get("field"))
        ? RefusalException.unavailable(
                ROLE, "who offered to start the kind " + kind + " does not any more; try again")
            .notMade()
        : refusal;
  }

  private Future<Started> ask(
      Address<AgentsMessage> host, NodeInfo node, SpawnRequest request, String subject) {
    Spawn spawn = new Spawn(request.kind(), request.name(), request.profile(), subject);
    return mesh.bus()
        .request(host, spawn, Roles.PATIENCE)
        .map(spawned -> new Started(spawned.agentId(), node.id()))
        .recover(failure -> Future.failedFuture(told(failure)));
  }

  /** What the bus says has no details: that nobody was there, or that nobody answered. */
  private static Throwable told(Throwable failure) {
    if (!(failure instanceof RefusalException refusal) || !refusal.details().isEmpty()) {
      return failure;
    }
    return switch (refusal.code()) {
      case UNAVAILABLE ->
          RefusalException.unavailable(ROLE, "does not serve now; try again").notMade();
      case TIMEOUT ->
          new RefusalException(
              ErrorCode.TIMEOUT,
              "%s did not answer within %d s; the agent may have been started all the same"
                  .formatted(ROLE, Roles.PATIENCE.toSeconds()),
              Map.of("role", ROLE));
      default -> failure;
    };
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

  /**
   * Those that can start a kind: swarms first, then those with the least agents; of equals in any
   * order, since many may be asked for at once.
   *
   * @param hosts how many nodes were asked
   */
  private static List<Bid> inLine(List<Bid> bids, String kind, int hosts) {
    List<Bid> able =
        new ArrayList<>(bids.stream().filter(bid -> bid.offer().kinds().contains(kind)).toList());
    if (able.isEmpty()) {
      throw nobodyStarts(kind, bids, hosts);
    }
    able.removeIf(bid -> !bid.hasRoom());
    if (able.isEmpty()) {
      throw RefusalException.unavailable(
          ROLE, "every host that can start it is full; raise agents.max");
    }
    Collections.shuffle(able, ThreadLocalRandom.current());
    able.sort(
        Comparator.comparing((Bid bid) -> !bid.isSwarm())
            .thenComparingInt(bid -> bid.offer().agents()));
    return able;
  }

  private static RefusalException nobodyStarts(String kind, List<Bid> bids, int hosts) {
    if (bids.stream().filter(bid -> !bid.isSwarm()).count() < hosts) {
      return RefusalException.unavailable(
          ROLE, "no host that answers now starts the kind " + kind + ", and not all do; try again");
    }
    TreeSet<String> kinds = new TreeSet<>();
    bids.forEach(bid -> kinds.addAll(bid.offer().kinds()));
    return RefusalException.ofField(
        ErrorCode.INVALID_MESSAGE, "kind", "one of " + String.join(", ", kinds), kind);
  }
}
