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
import dev.starling.protocol.mesh.RouterMessage.Witness;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the mesh whether an outcome was seen before. Each outcome has an owner among the routers, by
 * rendezvous hashing, whose book decides; the next in line holds a copy and takes over when the
 * owner dies or does not answer. Every question ends. Router's event loop only.
 */
final class Sightings {
  private static final Duration PATIENCE = Duration.ofMillis(250);

  /** The owner's own question must end well before its asker gives up on the owner. */
  private static final Duration NESTED_PATIENCE = Duration.ofMillis(100);

  private static final long PENDING_NANOS = 4_000_000_000L;
  private static final long POLL_MILLIS = 50;

  private record Key(String source, String outcomeId) {}

  private final Mesh mesh;
  private final Peers peers;
  private final SightingBook book;
  private final Duration window;
  private final LongSupplier nanoClock;
  private final BooleanSupplier wokeLately;
  private final Map<Key, Promise<Void>> underWay = new HashMap<>();
  private long routerCameAt;
  private boolean routerCame;

  /**
   * Sightings of {@code mesh}.
   *
   * @param window how long an outcome is remembered
   * @param wokeLately whether this router was stopped until a moment ago, so that others may have
   *     stood in for it
   */
  Sightings(
      Mesh mesh,
      Peers peers,
      SightingBook book,
      Duration window,
      LongSupplier nanoClock,
      BooleanSupplier wokeLately) {
    this.mesh = mesh;
    this.peers = peers;
    this.book = book;
    this.window = window;
    this.nanoClock = nanoClock;
    this.wokeLately = wokeLately;
  }

  /** Takes note of routers that came: for a window, keys that moved to them are asked twice. */
  void viewChanged(View before, View now) {
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
   * What became of the outcome before; null inside where this is its first sighting, which must be
   * settled then. One that is under way in this router is waited for. Fails with UNAVAILABLE where
   * an earlier try does not end.
   */
  Future<Seen> see(Deposit deposit) {
    Key key = new Key(deposit.source(), deposit.outcomeId());
    Promise<Void> earlier = underWay.get(key);
    if (earlier != null) {
      return earlier.future().compose(ended -> see(deposit));
    }
    underWay.put(key, Promise.promise());
    Sighting sighting = new Sighting(deposit.source(), deposit.outcomeId(), mesh.nodeId());
    Promise<Seen> promise = Promise.promise();
    ask(sighting, nanoClock.getAsLong(), promise);
    return promise
        .future()
        .onComplete(seen -> {
          if (seen.failed() || seen.result().before() != null) {
            ended(key);
          }
        });
  }

  /** Ends an outcome that is under way here without settling it, to ask anew. */
  void giveUp(Deposit deposit) {
    ended(new Key(deposit.source(), deposit.outcomeId()));
  }

  private void ended(Key key) {
    Promise<Void> ended = underWay.remove(key);
    if (ended != null) {
      ended.complete();
    }
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
      return decide(sighting, line);
    }
    if (!peers.answers(owner)) {
      return ask(sighting, line, place + 1);
    }
    return peers.ask(owner, sighting, PATIENCE).recover(failure -> ask(sighting, line, place + 1));
  }

  /**
   * Decides a sighting, as its owner or as who stands in; the next in line hears of a first one, or
   * is asked, where it may know what this router does not.
   */
  Future<Seen> decide(Sighting sighting) {
    return decide(sighting, inLine(sighting.source(), sighting.outcomeId()));
  }

  private Future<Seen> decide(Sighting sighting, List<NodeInfo> line) {
    Seen mine = book.see(sighting);
    if (mine.pending() || mine.before() != null) {
      return Future.succeededFuture(mine);
    }
    String next = nextAfterMe(line);
    if (next == null) {
      return Future.succeededFuture(mine);
    }
    Witness witness = new Witness(sighting.source(), sighting.outcomeId(), sighting.router());
    if (!mayHaveMissed()) {
      mesh.bus().send(Addresses.router(next), witness);
      return Future.succeededFuture(mine);
    }
    return peers
        .ask(next, witness, NESTED_PATIENCE)
        .onSuccess(seen -> settleHere(sighting, seen.before()))
        .otherwise(mine);
  }

  /** Notes what the decider of a sighting tells, and says what this router knows, asking nobody. */
  Seen witness(Witness witness) {
    return book.see(new Sighting(witness.source(), witness.outcomeId(), witness.router()));
  }

  /** The next in line behind this router that answers; null where there is none. */
  private @Nullable String nextAfterMe(List<NodeInfo> line) {
    boolean behind = false;
    for (NodeInfo node : line) {
      if (behind && peers.answers(node.id())) {
        return node.id();
      }
      behind = behind || node.id().equals(mesh.nodeId());
    }
    return null;
  }

  private void settleHere(Sighting sighting, @Nullable Routed before) {
    if (before != null) {
      book.settle(sighting.source(), sighting.outcomeId(), before);
    }
  }

  /** Whether others may have decided, within the window, what is this router's to decide now. */
  private boolean mayHaveMissed() {
    return wokeLately.getAsBoolean()
        || (routerCame && nanoClock.getAsLong() - routerCameAt < window.toNanos());
  }

  /**
   * Tells whoever decides, and who is next, what became of an outcome; null if it is not routed.
   */
  void settle(Deposit deposit, @Nullable Routed routed) {
    Settled settled = new Settled(deposit.source(), deposit.outcomeId(), mesh.nodeId(), routed);
    for (String router : holders(inLine(deposit.source(), deposit.outcomeId()))) {
      if (router.equals(mesh.nodeId())) {
        note(settled);
      } else {
        mesh.bus().send(Addresses.router(router), settled);
      }
    }
    ended(new Key(deposit.source(), deposit.outcomeId()));
  }

  /** The first two in line that answer, and the silent ones before them, who may answer again. */
  private List<String> holders(List<NodeInfo> line) {
    List<String> holders = new ArrayList<>(2);
    int answering = 0;
    for (NodeInfo node : line) {
      holders.add(node.id());
      answering += peers.answers(node.id()) ? 1 : 0;
      if (answering == 2) {
        break;
      }
    }
    return holders;
  }

  /** Takes note of what became of an outcome. */
  void note(Settled settled) {
    Routed routed = settled.routed();
    if (routed != null) {
      book.settle(settled.source(), settled.outcomeId(), routed);
    } else {
      book.retract(settled.source(), settled.outcomeId(), settled.router());
    }
  }

  private List<NodeInfo> inLine(String source, String outcomeId) {
    return mesh.view().inLine("router", source + '\n' + outcomeId);
  }
}
