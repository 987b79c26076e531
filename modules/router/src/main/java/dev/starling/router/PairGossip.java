/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.View;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.RouterMessage.Pair;
import dev.starling.protocol.mesh.RouterMessage.PairsActivated;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Keeps the routers' {@link PairLedger}s alike: each first outcome of a pair is told to the others
 * a few times a second, and all of them, page by page, to a router that came. Router's event loop
 * only.
 */
final class PairGossip {
  private static final int MOST_PER_MESSAGE = 1_000;

  /** Beyond this a newcomer is told nothing; the mesh's count is that of the router with most. */
  private static final long MOST_HISTORY = 200_000;

  private final Mesh mesh;
  private final Predicate<String> isAgent;
  private final PairLedger ledger;
  private final PairTraffic traffic;
  private final Map<String, Deque<List<Pair>>> history = new HashMap<>();
  private List<Pair> fresh = new ArrayList<>();

  /**
   * Gossip about what {@code ledger} holds.
   *
   * @param isAgent whether an agent of that id is in the mesh, as this router knows it
   * @param traffic counts each outcome between two agents while it is watched
   */
  PairGossip(Mesh mesh, Predicate<String> isAgent, PairLedger ledger, PairTraffic traffic) {
    this.mesh = mesh;
    this.isAgent = isAgent;
    this.ledger = ledger;
    this.traffic = traffic;
  }

  /** Notes an outcome between two agents. */
  void passed(String source, String receiver) {
    if (!isAgent.test(source)) {
      return;
    }
    if (traffic.isWatched()) {
      traffic.passed(source, receiver);
    }
    if (ledger.activate(source, receiver) && !others().isEmpty()) {
      fresh.add(Pair.of(source, receiver));
      if (fresh.size() >= MOST_PER_MESSAGE) {
        tell();
      }
    }
  }

  /** Takes note of what another router noted. */
  void hear(PairsActivated activated) {
    for (Pair pair : activated.pairs()) {
      if (isAgent.test(pair.lesser()) && isAgent.test(pair.greater())) {
        ledger.activate(pair.lesser(), pair.greater());
      }
    }
  }

  void forget(String agent) {
    ledger.forget(agent);
  }

  OptionalLong count() {
    return ledger.count();
  }

  /** Tells the other routers what is new, and newcomers the next of what was; called often. */
  void tell() {
    List<Pair> told = stillTrue(fresh);
    fresh = new ArrayList<>();
    if (!told.isEmpty()) {
      others().forEach(router -> send(router.id(), told));
    }
    history.values().removeIf(Deque::isEmpty);
    history.forEach((router, pages) -> send(router, stillTrue(pages.remove())));
  }

  /**
   * Without the pairs of whoever left since: a router where it has registered again would take them
   * for new.
   */
  private List<Pair> stillTrue(List<Pair> pairs) {
    return pairs.stream().filter(ledger::holds).toList();
  }

  /** Begins to tell routers that serve from now on, which know their agents by then, everything. */
  void viewChanged(View before, View now) {
    history.keySet().removeIf(router -> now.node(router).isEmpty());
    for (NodeInfo router : now.running("router")) {
      boolean isOther = !router.id().equals(now.self());
      if (isOther && before.node(router.id()).isEmpty()) {
        // Nothing yet, but it finds the router's address before an outcome must.
        send(router.id(), List.of());
      }
      boolean served = before.node(router.id()).filter(one -> one.serves("router")).isPresent();
      if (isOther && router.serves("router") && !served) {
        history.put(router.id(), pages());
      }
    }
  }

  /** Everything in pages; none where it would be too much. */
  private Deque<List<Pair>> pages() {
    Deque<List<Pair>> pages = new ArrayDeque<>();
    if (ledger.count().orElse(Long.MAX_VALUE) <= MOST_HISTORY) {
      List<Pair> all = ledger.all();
      for (int from = 0; from < all.size(); from += MOST_PER_MESSAGE) {
        pages.add(all.subList(from, Math.min(all.size(), from + MOST_PER_MESSAGE)));
      }
    }
    return pages;
  }

  private void send(String router, List<Pair> pairs) {
    mesh.bus().send(Addresses.router(router), new PairsActivated(pairs));
  }

  private List<NodeInfo> others() {
    return mesh.view().running("router").stream()
        .filter(router -> !router.id().equals(mesh.nodeId()))
        .toList();
  }
}
