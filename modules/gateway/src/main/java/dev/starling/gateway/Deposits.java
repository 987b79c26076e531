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

/**
 * Hands outcomes to a router: the one in this process where there is one, else always the same one
 * while it serves, so that outcomes of one source stay in order. When a router dies, falls silent
 * or refuses, what waited for it goes to another one, in order; the id then guards against routing
 * twice where the first router settled it. One that is slow but alive is waited for, since asking
 * again would route twice. Gateway's loop only.
 */
final class Deposits {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long DEADLINE_NANOS = 5_000_000_000L;
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

    boolean isLate() {
      return System.nanoTime() - since > DEADLINE_NANOS;
    }

    /** What is sent: from the second try on the outcome may have been routed before. */
    Deposit message() {
      return tries <= 1 ? deposit : deposit.again();
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

  private final Mesh mesh;
  private final RouterLinks links;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<String, Way> onTheWay = new HashMap<>();
  private final Map<String, Set<Waiting>> inFlight = new HashMap<>();
  private final Map<String, SortedMap<Long, Waiting>> retrying = new HashMap<>();
  private long lastPlace;

  Deposits(Mesh mesh, RouterLinks links) {
    this.mesh = mesh;
    this.links = links;
  }

  /** Routes an outcome; fails with a refusal, UNAVAILABLE or TIMEOUT where no router took it. */
  Future<Routed> deposit(Deposit deposit) {
    Waiting waiting = new Waiting(deposit, ++lastPlace);
    open.incrementAndGet();
    SortedMap<Long, Waiting> earlier = retrying.get(deposit.source());
    if (earlier != null) {
      earlier.put(waiting.place, waiting);
    } else {
      send(waiting);
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

  /** Called every 100 ms: what waits for other nodes' routers that fell silent goes elsewhere. */
  void tick() {
    for (String router : List.copyOf(inFlight.keySet())) {
      if (!router.equals(mesh.nodeId()) && !links.answers(router)) {
        abandon(router);
      }
    }
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

  private void send(Waiting waiting) {
    if (mesh.view().running("router").isEmpty()) {
      waiting.routed.tryFail(
          RefusalException.unavailable("router", "no node of the mesh runs this role"));
      settled(waiting);
      return;
    }
    String router = choose(waiting.deposit.source());
    if (router.isEmpty()) {
      again(waiting);
      return;
    }
    waiting.tries++;
    onTheWay.computeIfAbsent(waiting.deposit.source(), source -> new Way(router)).count++;
    Set<Waiting> mine = inFlight.computeIfAbsent(router, id -> new LinkedHashSet<>());
    mine.add(waiting);
    mesh.bus()
        .request(Addresses.router(router), waiting.message(), PATIENCE)
        .onComplete(
            routed -> {
              if (mine.remove(waiting)) {
                arrived(waiting.deposit.source());
              }
              waiting.routed.tryComplete(routed);
              settled(waiting);
            },
            failure -> {
              if (mine.remove(waiting)) {
                arrived(waiting.deposit.source());
                failed(waiting, failure);
              }
            });
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
    if (mayTryAgain && !waiting.isLate()) {
      again(waiting);
    } else {
      waiting.routed.tryFail(failure);
      settled(waiting);
    }
  }

  /** Tries again shortly, ahead of later outcomes of the same source and behind earlier ones. */
  private void again(Waiting waiting) {
    SortedMap<Long, Waiting> lane =
        retrying.computeIfAbsent(waiting.deposit.source(), source -> new TreeMap<>());
    lane.put(waiting.place, waiting);
    if (lane.firstKey() == waiting.place) {
      mesh.vertx().setTimer(PAUSE_MILLIS, timer -> retry(waiting));
    }
  }

  private void retry(Waiting waiting) {
    SortedMap<Long, Waiting> lane = retrying.get(waiting.deposit.source());
    if (lane != null && lane.firstKey() != waiting.place) {
      return; // an earlier one came back meanwhile, and goes first
    }
    if (waiting.routed.future().isComplete()) {
      settled(waiting);
    } else if (waiting.isLate()) {
      waiting.routed.tryFail(
          RefusalException.unavailable("router", "no router of the mesh takes outcomes now"));
      settled(waiting);
    } else {
      send(waiting);
    }
  }

  /** Takes an outcome that has ended out of its lane, and goes on with the next at the head. */
  private void settled(Waiting waiting) {
    String source = waiting.deposit.source();
    SortedMap<Long, Waiting> lane = retrying.get(source);
    if (lane == null) {
      return;
    }
    boolean wasHead = lane.firstKey() == waiting.place;
    lane.remove(waiting.place);
    if (lane.isEmpty()) {
      retrying.remove(source);
    } else if (wasHead) {
      retry(lane.firstEntry().getValue());
    }
  }
}
