/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Registrations that a higher claim elsewhere overrides by the word of some router, but perhaps not
 * of every one yet. Each is kept until all have said so: taken back earlier, its agent would for a
 * while be in no index of a router that has not heard of the other registration. A router that does
 * not say so within a lease is waited for no longer: its lease on the other gateway is over too.
 * Gateway's loop only.
 */
final class Outdone {
  /** One registration and who said so. */
  private static final class Case {
    private final Held held;
    private final Set<String> said = new HashSet<>();
    private final long since = System.nanoTime();
    private final Promise<Void> closed = Promise.promise();

    Case(Held held) {
      this.held = held;
    }

    boolean isLate() {
      return System.nanoTime() - since > RouterLink.LEASE_NANOS;
    }
  }

  private final Registry registry;
  private final RouterLinks links;
  private final Consumer<Held> giveUp;
  private final Map<Long, Case> cases = new LinkedHashMap<>();

  /**
   * Begins without any.
   *
   * @param giveUp is given each registration that every router says is outdone, once
   */
  Outdone(Registry registry, RouterLinks links, Consumer<Held> giveUp) {
    this.registry = registry;
    this.links = links;
    this.giveUp = giveUp;
  }

  /** A router says that a higher claim holds the id. */
  void saidBy(String router, Held held) {
    Case open = cases.computeIfAbsent(held.key(), key -> new Case(held));
    open.said.add(router);
    if (!decide(open)) {
      links.nudge();
    }
  }

  /** Called every 100 ms: asks the routers that did not say so yet. */
  void tick() {
    List.copyOf(cases.values()).forEach(this::decide);
    if (!cases.isEmpty()) {
      links.nudge();
    }
  }

  private boolean decide(Case open) {
    if (!registry.holds(open.held)) {
      close(open.held);
      return true;
    }
    if (open.isLate() || open.said.containsAll(links.routers())) {
      giveUp.accept(open.held);
      close(open.held);
      return true;
    }
    return false;
  }

  /** Whether a registration is about to be given up. */
  boolean isOpen(Held held) {
    return cases.containsKey(held.key());
  }

  /** Completes when nothing is open about a registration any more. */
  Future<Void> closed(Held held) {
    Case open = cases.get(held.key());
    return open == null ? Future.succeededFuture() : open.closed.future();
  }

  /** A registration was given up, or ended otherwise. */
  void close(Held held) {
    Case open = cases.remove(held.key());
    if (open != null) {
      open.closed.complete();
    }
  }
}
