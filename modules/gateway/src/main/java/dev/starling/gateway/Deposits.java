/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.View;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.RouterMessage.Deposit;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Hands outcomes to a router: the one in this process where there is one, else always the same one
 * while it serves, so that outcomes of one source stay in order. When a router dies, falls silent
 * or refuses, what waited for it goes to another one, in order; the id then guards against routing
 * twice where the first router settled it. One that is slow but alive is waited for, since asking
 * again would route twice. Every outcome is answered within {@link #PATIENCE_MILLIS}. Gateway's
 * loop only.
 */
final class Deposits {
  /** How long an outcome may take, with all its tries. */
  static final int PATIENCE_MILLIS = (int) Roles.PATIENCE.toMillis();

  /** With less time left there is no other try: no router would route it any more. */
  private static final int LEAST_MILLIS = 600;

  private static final long PAUSE_MILLIS = 25;

  private static final class Waiting {
    private final Deposit deposit;
    private final Promise<Routed> routed = Promise.promise();
    private final long since = System.nanoTime();
    private final long place;
    private int tries;

    /** An outcome at its place in the order of all. */
    Waiting(Deposit deposit, long place) {
      this.deposit = deposit;
      this.place = place;
    }

    int millisLeft() {
      return PATIENCE_MILLIS - (int) ((System.nanoTime() - since) / 1_000_000);
    }

    boolean isLate() {
      return millisLeft() < LEAST_MILLIS;
    }

    /** What is sent: from the second try on the outcome may have been routed before. */
    Deposit message(int millisLeft) {
      Deposit known = tries > 1 ? deposit.again() : deposit;
      return millisLeft == known.patienceMillis() ? known : known.within(millisLeft);
    }
  }

  /**
   * The one router that outcomes of a source are on the way to, and how many. An outcome that was
   * abandoned counts no more.
   */
  private static final class Way {
    private final String router;
    private int count;

    Way(String router) {
      this.router = router;
    }
  }

  /**
   * Where outcomes of one source wait, by their place, while a router cannot take them. After a try
   * that failed one goes ahead alone, and the others only once that one is answered: all at once,
   * since who emits many at a time would else be held to one at a time for ever.
   */
  private static final class Lane {
    private final String source;
    private final SortedMap<Long, Waiting> waiting = new TreeMap<>();
    private @Nullable Waiting ahead;
    private boolean careful;
    private boolean paused;

    Lane(String source) {
      this.source = source;
    }

    void add(Waiting one) {
      waiting.put(one.place, one);
    }

    /** The first in line, out of it. */
    Waiting next() {
      return waiting.pollFirstEntry().getValue();
    }

    /** Nobody waits for the answer of this one any more. */
    void ended(Waiting one) {
      if (ahead == one) {
        ahead = null;
      }
    }

    boolean isIdle() {
      return waiting.isEmpty() && ahead == null && !paused;
    }
  }

  private final Mesh mesh;
  private final RouterLinks links;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<String, Way> onTheWay = new HashMap<>();
  private final Map<String, Set<Waiting>> inFlight = new HashMap<>();
  private final Map<String, Lane> lanes = new HashMap<>();
  private long lastPlace;

  Deposits(Mesh mesh, RouterLinks links) {
    this.mesh = mesh;
    this.links = links;
  }

  /** Routes an outcome; fails with a refusal, UNAVAILABLE or TIMEOUT where no router took it. */
  Future<Routed> deposit(Deposit deposit) {
    Waiting waiting = new Waiting(deposit, ++lastPlace);
    open.incrementAndGet();
    Lane lane = lanes.get(deposit.source());
    if (lane != null) {
      lane.add(waiting);
    } else if (!send(waiting)) {
      wait(lane(waiting), waiting);
    }
    return waiting.routed.future().onComplete(done -> open.decrementAndGet());
  }

  /** Outcomes that wait for an answer now; from any thread. */
  int waiting() {
    return open.get();
  }

  /** What waited for routers that left goes to others. */
  void viewIs(View now) {
    for (String router : List.copyOf(inFlight.keySet())) {
      if (now.node(router).isEmpty()) {
        abandon(router);
      }
    }
  }

  /**
   * Called every 100 ms: what waits for other nodes' routers that fell silent goes elsewhere, and
   * what has waited for too long is refused.
   */
  void tick() {
    for (String router : List.copyOf(inFlight.keySet())) {
      if (!router.equals(mesh.nodeId()) && !links.answers(router)) {
        abandon(router);
      }
    }
    List.copyOf(lanes.values()).forEach(Deposits::refuseLate);
  }

  private void abandon(String router) {
    Set<Waiting> orphans = inFlight.remove(router);
    if (orphans != null) {
      List<Waiting> inOrder = List.copyOf(orphans);
      orphans.clear();
      inOrder.forEach(waiting -> {
        arrived(waiting.deposit.source());
        again(waiting);
      });
    }
  }

  /**
   * Sends an outcome to a router, or refuses it where the mesh has none.
   *
   * @return false where it has to wait, since no router takes it now
   */
  private boolean send(Waiting waiting) {
    if (mesh.view().running("router").isEmpty()) {
      waiting.routed.tryFail(
          RefusalException.unavailable("router", "no node of the mesh runs this role"));
      return true;
    }
    String router = choose(waiting.deposit.source());
    if (router.isEmpty()) {
      return false;
    }
    waiting.tries++;
    int millisLeft = waiting.millisLeft();
    onTheWay.computeIfAbsent(waiting.deposit.source(), source -> new Way(router)).count++;
    Set<Waiting> mine = inFlight.computeIfAbsent(router, id -> new LinkedHashSet<>());
    mine.add(waiting);
    mesh.bus()
        .request(
            Addresses.router(router), waiting.message(millisLeft), Duration.ofMillis(millisLeft))
        .onComplete(
            routed -> {
              if (mine.remove(waiting)) {
                arrived(waiting.deposit.source());
              }
              waiting.routed.tryComplete(routed);
              answered(waiting);
            },
            failure -> {
              if (mine.remove(waiting)) {
                arrived(waiting.deposit.source());
                failed(waiting, failure);
              }
            });
    return true;
  }

  private void arrived(String source) {
    onTheWay.computeIfPresent(source, (id, way) -> --way.count > 0 ? way : null);
  }

  /**
   * The router for an outcome: the one that earlier ones of its source are on the way to. Where
   * that one is another node's and routes no more, say because it drains, nobody until it has
   * answered them all: it does answer, so to ask another one would route twice.
   *
   * @return empty where it has to wait
   */
  private String choose(String source) {
    List<String> serving = links.serving();
    Way way = onTheWay.get(source);
    if (way != null) {
      boolean goesOn = way.router.equals(mesh.nodeId()) || serving.contains(way.router);
      return goesOn ? way.router : "";
    }
    if (serving.contains(mesh.nodeId())) {
      return mesh.nodeId();
    }
    return mesh.view().inLine("router", mesh.nodeId()).stream()
        .map(node -> node.id())
        .filter(serving::contains)
        .findFirst()
        .orElse("");
  }

  private void failed(Waiting waiting, Throwable failure) {
    boolean mayTryAgain =
        failure instanceof RefusalException refusal
            && (refusal.code() == ErrorCode.UNAVAILABLE || refusal.code() == ErrorCode.TIMEOUT);
    if (!mayTryAgain) {
      waiting.routed.tryFail(failure);
      answered(waiting);
    } else if (waiting.isLate()) {
      waiting.routed.tryFail(failure);
      goOn(waiting);
    } else {
      again(waiting);
    }
  }

  private Lane lane(Waiting waiting) {
    return lanes.computeIfAbsent(waiting.deposit.source(), Lane::new);
  }

  /** Tries again shortly, ahead of later outcomes of the same source and behind earlier ones. */
  private void again(Waiting waiting) {
    Lane lane = lane(waiting);
    lane.ended(waiting);
    lane.careful = true;
    wait(lane, waiting);
  }

  private void wait(Lane lane, Waiting waiting) {
    lane.add(waiting);
    if (!lane.paused) {
      lane.paused = true;
      mesh.vertx()
          .setTimer(
              PAUSE_MILLIS,
              timer -> {
                lane.paused = false;
                goOn(lane);
              });
    }
  }

  /** A router takes outcomes of this source, so that those that wait for it follow. */
  private void answered(Waiting waiting) {
    Lane lane = lanes.get(waiting.deposit.source());
    if (lane != null && lane.ahead == waiting) {
      lane.careful = false;
      lane.ended(waiting);
      goOn(lane);
    }
  }

  private void goOn(Waiting ended) {
    Lane lane = lanes.get(ended.deposit.source());
    if (lane != null) {
      lane.ended(ended);
      goOn(lane);
    }
  }

  /** Sends what waits in a lane, in order, as far as it may go; ends the lane that is empty. */
  private void goOn(Lane lane) {
    refuseLate(lane);
    while (!lane.paused && lane.ahead == null && !lane.waiting.isEmpty()) {
      Waiting next = lane.next();
      if (next.routed.future().isComplete()) {
        continue; // a router that was not waited for any more answered after all
      }
      lane.ahead = lane.careful ? next : null;
      if (!send(next)) {
        lane.ended(next);
        wait(lane, next);
      } else if (next.routed.future().isComplete()) {
        lane.ended(next);
      }
    }
    if (lane.isIdle()) {
      lanes.remove(lane.source);
    }
  }

  /** Those that came first are the first to be late. */
  private static void refuseLate(Lane lane) {
    while (!lane.waiting.isEmpty()) {
      Waiting first = lane.waiting.firstEntry().getValue();
      if (first.isLate()) {
        first.routed.tryFail(
            RefusalException.unavailable("router", "no router of the mesh takes outcomes now"));
      }
      if (!first.routed.future().isComplete()) {
        return;
      }
      lane.waiting.remove(first.place);
    }
  }
}
