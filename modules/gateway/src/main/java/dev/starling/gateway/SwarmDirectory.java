/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Address;
import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.AgentsMessage;
import dev.starling.protocol.mesh.AgentsMessage.Offer;
import dev.starling.protocol.mesh.AgentsMessage.OfferQuery;
import dev.starling.protocol.mesh.AgentsMessage.SwarmIs;
import dev.starling.protocol.mesh.AgentsMessage.SwarmQuery;
import dev.starling.protocol.mesh.Asks;
import dev.starling.protocol.mesh.NodeInfo;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The swarms that operators named on the nodes of the mesh, and who follows each. Safe from any
 * thread; answers come on any.
 */
final class SwarmDirectory {
  private static final String ROLE = "agents";
  private static final String FIELD = "swarm";
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** A server takes its time to start a swarm. */
  private static final Duration WORK_PATIENCE = Duration.ofSeconds(15);

  private final Mesh mesh;

  SwarmDirectory(Mesh mesh) {
    this.mesh = mesh;
  }

  /** A swarm on a node that may follow it. */
  record Place(String swarm, NodeInfo node) {}

  /** What a place answers. */
  record Told(Place place, SwarmIs is) {}

  /**
   * Swarms, in the order of their names.
   *
   * @param reports each as its follower tells, or else one of those that might follow it
   * @param isPartial whether a node that may know more of them did not answer
   */
  record Listed(List<RawJson> reports, boolean isPartial) {}

  /** Every swarm in short. */
  Future<Listed> all() {
    List<NodeInfo> hosts = hosts();
    if (hosts.isEmpty()) {
      return Future.failedFuture(nobody());
    }
    return offers(hosts)
        .compose(offers -> {
          List<Place> places = places(offers);
          return ask(places, new SwarmQuery(false))
              .map(answers ->
                  listed(answers, offers.size() < hosts.size() || answers.size() < places.size()));
        });
  }

  private static Listed listed(Map<Place, SwarmIs> answers, boolean isPartial) {
    Map<String, SwarmIs> best = new TreeMap<>();
    answers.forEach((place, is) ->
        best.merge(place.swarm(), is, (one, other) -> other.isFollowed() ? other : one));
    return new Listed(best.values().stream().map(SwarmIs::report).toList(), isPartial);
  }

  private static RefusalException nobody() {
    return RefusalException.unavailable(ROLE, "no node of the mesh runs this role");
  }

  /** A swarm with its agents and tasks. */
  Future<RawJson> one(String name) {
    return told(name, new SwarmQuery(true))
        .map(told ->
            told.stream()
                .filter(one -> one.is().isFollowed())
                .findFirst()
                .orElse(told.getFirst())
                .is()
                .report());
  }

  /** Has the follower of a swarm do something. */
  <Q extends AgentsMessage & Asks<SwarmIs>> Future<RawJson> tell(
      String operation, String name, Q message) {
    return follower(name)
        .compose(place -> mesh.bus().request(address(place), message, WORK_PATIENCE))
        .map(SwarmIs::report)
        .recover(
            failure -> Future.failedFuture(Roles.timed(operation, ROLE, WORK_PATIENCE, failure)));
  }

  /** Who follows a swarm. */
  Future<Place> follower(String name) {
    return told(name, new SwarmQuery(false))
        .map(told ->
            told.stream()
                .filter(one -> one.is().isFollowed())
                .map(Told::place)
                .findFirst()
                .orElseThrow(() ->
                    RefusalException.unavailable(
                        ROLE, "no node follows the swarm " + name + " now; try again")));
  }

  /** What the swarms of these offers spawn, where they are followed and connected. */
  Future<Map<Place, Offer>> spawners(Map<NodeInfo, Offer> offers) {
    return ask(places(offers), new OfferQuery());
  }

  /** What the nodes that host agents offer, of those that answer. */
  Future<Map<NodeInfo, Offer>> offers(Collection<NodeInfo> hosts) {
    Map<NodeInfo, Future<Offer>> asked = new LinkedHashMap<>();
    for (NodeInfo host : hosts) {
      asked.put(host, mesh.bus().request(Addresses.agents(host.id()), new OfferQuery(), PATIENCE));
    }
    return answered(asked);
  }

  /** The nodes that host agents, and so may follow swarms. */
  List<NodeInfo> hosts() {
    return mesh.view().running(ROLE);
  }

  static Address<AgentsMessage> address(Place place) {
    return Addresses.swarm(place.node().id(), place.swarm());
  }

  private Future<List<Told>> told(String name, SwarmQuery query) {
    List<NodeInfo> hosts = hosts();
    if (hosts.isEmpty()) {
      return Future.failedFuture(nobody());
    }
    return offers(hosts)
        .compose(offers -> {
          List<Place> all = places(offers);
          List<Place> named = all.stream().filter(one -> one.swarm().equals(name)).toList();
          return named.isEmpty()
              ? Future.failedFuture(missing(all, name, offers.size() < hosts.size()))
              : ask(named, query);
        })
        .map(answers -> {
          if (answers.isEmpty()) {
            throw RefusalException.unavailable(
                ROLE, "no node that may follow the swarm " + name + " answers now; try again");
          }
          List<Told> told = new ArrayList<>();
          answers.forEach((place, is) -> told.add(new Told(place, is)));
          return told;
        });
  }

  /** A node that does not answer may have it. */
  private static RefusalException missing(List<Place> all, String name, boolean isPartial) {
    return isPartial
        ? RefusalException.unavailable(
            ROLE, "not every node that may follow swarms answers now; try again")
        : unknown(all, name);
  }

  private static RefusalException unknown(List<Place> all, String name) {
    String known =
        all.stream().map(Place::swarm).distinct().sorted().collect(Collectors.joining(", "));
    return RefusalException.ofField(
        ErrorCode.INVALID_MESSAGE,
        FIELD,
        known.isEmpty()
            ? "the name of a swarm, of which no node of this mesh has any (swarms.file)"
            : "the name of a swarm, one of " + known,
        name);
  }

  /** Whether somebody asked for a swarm that there is not. */
  static boolean isUnknown(RefusalException refusal) {
    return FIELD.equals(refusal.details().get("field"));
  }

  private static List<Place> places(Map<NodeInfo, Offer> offers) {
    List<Place> places = new ArrayList<>();
    offers.forEach(
        (node, offer) -> offer.swarms().forEach(swarm -> places.add(new Place(swarm, node))));
    return places;
  }

  private <R extends AgentsMessage, Q extends AgentsMessage & Asks<R>> Future<Map<Place, R>> ask(
      List<Place> places, Q question) {
    Map<Place, Future<R>> asked = new LinkedHashMap<>();
    for (Place place : places) {
      asked.put(place, mesh.bus().request(address(place), question, PATIENCE));
    }
    return answered(asked);
  }

  private static <K, R> Future<Map<K, R>> answered(Map<K, Future<R>> asked) {
    return Future.join(List.copyOf(asked.values()))
        .transform(done -> {
          Map<K, R> answers = new LinkedHashMap<>();
          asked.forEach((who, answer) -> {
            if (answer.succeeded()) {
              answers.put(who, answer.result());
            }
          });
          return Future.succeededFuture(answers);
        });
  }
}
