/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.View;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.RouterMessage.Deposit;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.RouterMessage.Seen;
import dev.starling.protocol.mesh.RouterMessage.Settled;
import dev.starling.protocol.mesh.RouterMessage.Sighting;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the mesh whether an outcome was seen before. Each outcome has an owner among the routers, by
 * rendezvous hashing, whose book decides; the next in line holds a copy of what was settled and
 * takes over when the owner dies. Router's event loop only.
 */
final class Sightings {
  private static final Duration PATIENCE = Duration.ofMillis(250);
  private static final Duration UNSETTLED = Duration.ofSeconds(5);
  private static final long SUSPICION_NANOS = 5_000_000_000L;

  private final Mesh mesh;
  private final SightingBook book;
  private final Duration window;
  private final LongSupplier nanoClock;
  private final Map<String, Long> suspects = new HashMap<>();
  private long routerCameAt;
  private boolean routerCame;

  Sightings(Mesh mesh, SightingBook book, Duration window, LongSupplier nanoClock) {
    this.mesh = mesh;
    this.book = book;
    this.window = window;
    this.nanoClock = nanoClock;
  }

  /** Takes note of routers that came: for a window, keys that moved to them are asked twice. */
  void viewChanged(View before, View now) {
    suspects.keySet().retainAll(now.nodes().keySet());
    boolean came =
        now.running("router").stream()
            .filter(node -> node.serves("router"))
            .anyMatch(node -> before.node(node.id()).filter(one -> one.serves("router")).isEmpty());
    if (came) {
      routerCameAt = nanoClock.getAsLong();
      routerCame = true;
    }
  }

  /** What became of the outcome before; null inside where this is its first sighting. */
  Future<Seen> see(Deposit deposit) {
    return ask(deposit, inLine(deposit.source(), deposit.outcomeId()), 0);
  }

  private Future<Seen> ask(Deposit deposit, List<NodeInfo> line, int place) {
    if (place >= line.size()) {
      // Nobody can tell: routed rather than lost.
      return Future.succeededFuture(new Seen(null));
    }
    String owner = line.get(place).id();
    Sighting sighting = new Sighting(deposit.source(), deposit.outcomeId());
    if (owner.equals(mesh.nodeId())) {
      Duration patience = place == 0 ? UNSETTLED : PATIENCE;
      return within(patience, decide(sighting), () -> ask(deposit, line, place + 1));
    }
    if (isSuspect(owner)) {
      return ask(deposit, line, place + 1);
    }
    return mesh.bus()
        .request(Addresses.router(owner), sighting, PATIENCE)
        .recover(failure -> {
          suspects.put(owner, nanoClock.getAsLong());
          return ask(deposit, line, place + 1);
        });
  }

  /**
   * What the first try became, if that is known in time. It may never be: the router that had it
   * may have died, or the owner, too slow to answer, noted this very try here as the first.
   */
  private Future<Seen> within(
      Duration patience, Future<Seen> answer, Supplier<Future<Seen>> otherwise) {
    if (answer.isComplete()) {
      return answer;
    }
    Promise<Future<Seen>> first = Promise.promise();
    long timer =
        mesh.vertx().setTimer(patience.toMillis(), id -> first.tryComplete(otherwise.get()));
    answer.onComplete(done -> {
      mesh.vertx().cancelTimer(timer);
      first.tryComplete(answer);
    });
    return first.future().compose(decided -> decided);
  }

  /** Decides a sighting as its owner. */
  Future<Seen> decide(Sighting sighting) {
    Future<Seen> mine = book.see(sighting.source(), sighting.outcomeId());
    String before = ownerBefore(sighting);
    if (before == null || !mine.isComplete() || !isFirst(mine)) {
      return mine;
    }
    return mesh.bus()
        .request(
            Addresses.router(before),
            new Sighting(sighting.source(), sighting.outcomeId()),
            PATIENCE)
        .onSuccess(seen -> settleHere(sighting, seen.before()))
        .recover(failure -> Future.succeededFuture(new Seen(null)));
  }

  private static boolean isFirst(Future<Seen> seen) {
    return seen.succeeded() && seen.result().before() == null;
  }

  private void settleHere(Sighting sighting, @Nullable Routed before) {
    if (before != null) {
      book.settle(sighting.source(), sighting.outcomeId(), before);
    }
  }

  /** Who owned the key until a router came within the window; null where nobody can have. */
  private @Nullable String ownerBefore(Sighting sighting) {
    boolean moved = routerCame && nanoClock.getAsLong() - routerCameAt < window.toNanos();
    if (!moved) {
      return null;
    }
    List<NodeInfo> line = inLine(sighting.source(), sighting.outcomeId());
    boolean owner = !line.isEmpty() && line.getFirst().id().equals(mesh.nodeId());
    return owner && line.size() > 1 ? line.get(1).id() : null;
  }

  /** Tells the owner and the next in line what became of an outcome; null if it was not routed. */
  void settle(Deposit deposit, @Nullable Routed routed) {
    Settled settled = new Settled(deposit.source(), deposit.outcomeId(), routed);
    inLine(deposit.source(), deposit.outcomeId()).stream()
        .limit(2)
        .forEach(node -> {
          if (node.id().equals(mesh.nodeId())) {
            note(settled);
          } else {
            mesh.bus().send(Addresses.router(node.id()), settled);
          }
        });
  }

  /** Takes note of what became of an outcome. */
  void note(Settled settled) {
    Routed routed = settled.routed();
    if (routed != null) {
      book.settle(settled.source(), settled.outcomeId(), routed);
    } else {
      book.retract(
          settled.source(),
          settled.outcomeId(),
          new RefusalException(
              ErrorCode.UNAVAILABLE,
              "the first try of this outcome was not routed; send it again"));
    }
  }

  private boolean isSuspect(String router) {
    Long since = suspects.get(router);
    return since != null && nanoClock.getAsLong() - since < SUSPICION_NANOS;
  }

  private List<NodeInfo> inLine(String source, String outcomeId) {
    return mesh.view().inLine("router", source + '\n' + outcomeId);
  }
}
