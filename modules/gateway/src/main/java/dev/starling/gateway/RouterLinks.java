/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Mesh;
import dev.starling.fabric.View;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.RouterMessage.Change;
import dev.starling.protocol.mesh.RouterMessage.FeedAck;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** The links to every router in view. Gateway's loop only, but for {@link #serving}. */
final class RouterLinks {

  /**
   * What the routers made of a change.
   *
   * @param agents distinct agents of the whole mesh, as the router that knows most has it
   * @param confirmed routers that hold the change; the others lost their lease
   */
  record Confirmation(int agents, int confirmed) {}

  private final Mesh mesh;
  private final Registry registry;
  private final BiConsumer<String, FeedAck> answered;
  private final Map<String, RouterLink> links = new LinkedHashMap<>();

  /** Routers that left the view but may live and answer for this gateway until a lease is over. */
  private final List<RouterLink> departed = new ArrayList<>();

  private volatile List<String> serving = List.of();
  private long version;

  /**
   * Links to the routers of {@code mesh}.
   *
   * @param answered hears of each answer and of the router that gave it
   */
  RouterLinks(Mesh mesh, Registry registry, BiConsumer<String, FeedAck> answered) {
    this.mesh = mesh;
    this.registry = registry;
    this.answered = answered;
  }

  /** Takes note of who is a router. */
  void viewIs(View view) {
    List<String> routers = view.running("router").stream().map(NodeInfo::id).toList();
    List<RouterLink> gone =
        links.values().stream().filter(link -> !routers.contains(link.router())).toList();
    gone.forEach(link -> {
      links.remove(link.router());
      link.close();
      departed.add(link);
    });
    for (String router : routers) {
      if (!links.containsKey(router)) {
        RouterLink link =
            new RouterLink(mesh, registry, router, ack -> answered.accept(router, ack));
        links.put(router, link);
        link.append(List.of(), version);
      }
    }
    note();
  }

  /** Begins every link anew. */
  void restart() {
    links.values().forEach(RouterLink::restart);
  }

  /** Called every 100 ms. */
  void tick() {
    Collection<RouterLink> all = List.copyOf(links.values());
    all.forEach(RouterLink::tick);
    departed.forEach(RouterLink::tick);
    departed.removeIf(link -> link.hasLapsed() && link.isDone());
    note();
  }

  private void note() {
    List<String> now = new ArrayList<>();
    for (RouterLink link : links.values()) {
      if (link.isServing()) {
        now.add(link.router());
      }
    }
    if (!now.equals(serving)) {
      serving = List.copyOf(now);
    }
  }

  /** The routers that said, lately, that they route; from any thread. */
  List<String> serving() {
    return serving;
  }

  /** Whether a router answers, be it that it does not route; false for one that left the view. */
  boolean answers(String router) {
    RouterLink link = links.get(router);
    return link != null && !link.isSilent();
  }

  /** Whether every router in view holds this gateway's registrations. */
  boolean areMet() {
    return links.values().stream().allMatch(RouterLink::isMet);
  }

  /** The routers in view. */
  Set<String> routers() {
    return links.keySet();
  }

  /** The router of each link that is kept: those in view, and those that lately left it. */
  List<String> kept() {
    return Stream.concat(links.values().stream(), departed.stream())
        .map(RouterLink::router)
        .toList();
  }

  /** Hears from every router soon. */
  void nudge() {
    List.copyOf(links.values()).forEach(RouterLink::nudge);
  }

  /**
   * Tells every router in view; completes when each holds the changes or surely lost its lease, and
   * each that lately left the view lost its own.
   */
  Future<Confirmation> announce(List<Change> changes) {
    version++;
    Promise<Confirmation> promise = Promise.promise();
    List<RouterLink> leaving =
        departed.stream().filter(link -> !links.containsKey(link.router())).toList();
    Gathering gathering = new Gathering(links.size() + leaving.size(), promise);
    leaving.forEach(link -> link.await(version, gathering::confirmed, gathering::lapsed));
    for (RouterLink link : List.copyOf(links.values())) {
      link.await(version, gathering::confirmed, gathering::lapsed);
      link.append(changes, version);
    }
    gathering.checkDone();
    return promise.future();
  }

  private static final class Gathering {
    private final Promise<Confirmation> promise;
    private int open;
    private int agents;
    private int confirmed;

    Gathering(int open, Promise<Confirmation> promise) {
      this.open = open;
      this.promise = promise;
    }

    void confirmed(FeedAck ack) {
      confirmed++;
      agents = Math.max(agents, ack.agents());
      lapsed();
    }

    void lapsed() {
      open--;
      checkDone();
    }

    void checkDone() {
      if (open == 0) {
        promise.tryComplete(new Confirmation(agents, confirmed));
      }
    }
  }
}
