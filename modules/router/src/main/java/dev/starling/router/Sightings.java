/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.View;
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
import org.jspecify.annotations.Nullable;

/**
 * Asks the mesh whether an outcome was seen before. Each outcome has an owner among the routers, by
 * rendezvous hashing, whose book decides; the next in line holds a copy and takes over when the
 * owner dies or does not answer. Every question ends. Router's event loop only.
 */
final class Sightings {
  private static final Duration PATIENCE = Duration.ofMillis(250);
  private static final long SUSPICION_NANOS = 5_000_000_000L;
  private static final long PENDING_NANOS = 4_000_000_000L;
  private static final long POLL_MILLIS = 50;

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

  /**
   * What became of the outcome before; null inside where this is its first sighting. Fails with
   * UNAVAILABLE where an earlier try does not end.
   */
  Future<Seen> see(Deposit deposit) {
    Sighting sighting = new Sighting(deposit.source(), deposit.outcomeId(), mesh.nodeId());
    Promise<Seen> promise = Promise.promise();
    ask(sighting, nanoClock.getAsLong(), promise);
    return promise.future();
  }

  private void ask(Sighting sighting, long since, Promise<Seen> promise) {
    ask(sighting, inLine(sighting.source(), sighting.outcomeId()), 0)
        .onComplete(
            seen -> {
              if (!seen.pending()) {
                promise.complete(seen);
              } else if (nanoClock.getAsLong() - since > PENDING_NANOS) {
                promise.fail(
                    RefusalException.unavailable(
                        "router", "an earlier try of this outcome has not ended; send it again"));
              } else {
                mesh.vertx().setTimer(POLL_MILLIS, timer -> ask(sighting, since, promise));
              }
            },
            promise::fail);
  }

  private Future<Seen> ask(Sighting sighting, List<NodeInfo> line, int place) {
    if (place >= line.size()) {
      return Future.succeededFuture(book.see(sighting));
    }
    String owner = line.get(place).id();
    if (owner.equals(mesh.nodeId())) {
      return decide(sighting);
    }
    if (isSuspect(owner)) {
      return ask(sighting, line, place + 1);
    }
    return mesh.bus()
        .request(Addresses.router(owner), sighting, PATIENCE)
        .recover(failure -> {
          suspects.put(owner, nanoClock.getAsLong());
          return ask(sighting, line, place + 1);
        });
  }

  /**
   * Decides a sighting, as its owner or as who stands in; the next in line hears of a first one.
   */
  Future<Seen> decide(Sighting sighting) {
    Seen mine = book.see(sighting);
    if (mine.pending() || mine.before() != null) {
      return Future.succeededFuture(mine);
    }
    String before = ownerBefore(sighting);
    if (before == null) {
      tellUnderstudy(sighting);
      return Future.succeededFuture(mine);
    }
    return mesh.bus()
        .request(Addresses.router(before), sighting, PATIENCE)
        .onSuccess(seen -> settleHere(sighting, seen.before()))
        .otherwise(mine);
  }

  private void tellUnderstudy(Sighting sighting) {
    List<NodeInfo> line = inLine(sighting.source(), sighting.outcomeId());
    if (line.size() > 1 && line.getFirst().id().equals(mesh.nodeId())) {
      mesh.bus().send(Addresses.router(line.get(1).id()), sighting);
    }
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
      book.retract(settled.source(), settled.outcomeId());
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
