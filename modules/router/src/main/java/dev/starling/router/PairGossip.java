/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.View;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.RouterMessage.Pair;
import dev.starling.protocol.mesh.RouterMessage.PairsActivated;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Keeps the routers' {@link PairLedger}s alike: each first outcome of a pair is told to the others
 * a few times a second, and all of them to a router that came. Router's event loop only.
 */
final class PairGossip {
  private static final int MOST_PER_MESSAGE = 1_000;

  private final Mesh mesh;
  private final Predicate<String> isAgent;
  private final PairLedger ledger = new PairLedger();
  private List<Pair> fresh = new ArrayList<>();

  PairGossip(Mesh mesh, Predicate<String> isAgent) {
    this.mesh = mesh;
    this.isAgent = isAgent;
  }

  /** Notes an outcome between two agents. */
  void passed(String source, String receiver) {
    if (isAgent.test(source) && ledger.activate(source, receiver) && !others().isEmpty()) {
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

  /** Tells the other routers what is new. */
  void tell() {
    if (!fresh.isEmpty()) {
      List<Pair> told = fresh;
      fresh = new ArrayList<>();
      others().forEach(router -> send(router.id(), told));
    }
  }

  /** Tells everything to routers that came. */
  void viewChanged(View before, View now) {
    for (NodeInfo router : now.running("router")) {
      if (!router.id().equals(now.self()) && before.node(router.id()).isEmpty()) {
        send(router.id(), ledger.all());
      }
    }
  }

  /** Sends at least one message, which finds the router's address before an outcome must. */
  private void send(String router, List<Pair> pairs) {
    int from = 0;
    do {
      int to = Math.min(pairs.size(), from + MOST_PER_MESSAGE);
      mesh.bus().send(Addresses.router(router), new PairsActivated(pairs.subList(from, to)));
      from = to;
    } while (from < pairs.size());
  }

  private List<NodeInfo> others() {
    return mesh.view().running("router").stream()
        .filter(router -> !router.id().equals(mesh.nodeId()))
        .toList();
  }
}
