/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.Change;
import dev.starling.protocol.mesh.RouterMessage.Feed;
import dev.starling.protocol.mesh.RouterMessage.FeedAck;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Keeps one router's replica of this gateway's registrations: one feed at a time, so that whatever
 * changed while one was under way travels together in the next. Whatever goes wrong ends in a fresh
 * snapshot. Gateway's loop only.
 */
final class RouterLink {
  /** How long a router may go on without a proof; after it, it no longer answers for us. */
  static final long LEASE_NANOS = 2_200_000_000L;

  private static final long NEVER_MET_NANOS = 3_000_000_000L;
  private static final long DIGEST_NANOS = 500_000_000L;
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final long RETRY_MILLIS = 100;
  private static final long RENEW_MILLIS = 10;
  private static final int MOST_PER_FEED = 256;
  private static final int MOST_QUEUED = 20_000;

  /** A change and what the registry looked like after it. */
  private record Queued(Change change, long version, int count, long hash) {}

  private record Waiter(long version, Consumer<FeedAck> confirmed, Runnable lapsed) {}

  private final Mesh mesh;
  private final Vertx vertx;
  private final Registry registry;
  private final String router;
  private final Consumer<FeedAck> answered;
  private final Deque<Queued> queue = new ArrayDeque<>();
  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private final long metAt = System.nanoTime();
  private List<Registration> snapshot = List.of();
  private int snapshotAt;
  private Queued digest = new Queued(new Change.Removed(0), 0, 0, 0);
  private boolean snapshotNeeded = true;
  private boolean snapshotUnderWay;
  private boolean inFlight;
  private boolean closed;
  private boolean everAnswered;
  private boolean serving;
  private long version;
  private long sequence;
  private long echo;
  private long sentAt;
  private long answeredAt;

  /**
   * When it last said that it holds all that it was told; no later answer of its proves a lease.
   */
  private long wholeAt;

  /**
   * A link to a router that came into view.
   *
   * @param answered hears of each answer, for what it says of this gateway's registrations
   */
  RouterLink(Mesh mesh, Registry registry, String router, Consumer<FeedAck> answered) {
    this.mesh = mesh;
    this.vertx = mesh.vertx();
    this.registry = registry;
    this.router = router;
    this.answered = answered;
  }

  String router() {
    return router;
  }

  /** Whether the router said, lately, that it routes. */
  boolean isServing() {
    return serving;
  }

  /** Whether the router has not answered for so long that it may never do. */
  boolean isSilent() {
    return isOver(answeredAt);
  }

  /**
   * Whether the router holds what this gateway held when it came into view, or does not answer: one
   * that never did has no lease, and does not serve.
   */
  boolean isMet() {
    return everAnswered || hasLapsed();
  }

  /** Adds changes that the registry already took. */
  void append(List<Change> changes, long newVersion) {
    version = newVersion;
    if (queue.size() + changes.size() > MOST_QUEUED) {
      queue.clear();
      snapshotNeeded = true;
    } else {
      changes.forEach(change ->
          queue.addLast(new Queued(change, newVersion, registry.size(), registry.hash())));
    }
    pump();
  }

  /**
   * Waits until the router holds everything up to a version, or surely answers for nothing of this
   * gateway's any more.
   */
  void await(long wanted, Consumer<FeedAck> confirmed, Runnable lapsed) {
    waiters.addLast(new Waiter(wanted, confirmed, lapsed));
  }

  /** Hears from the router soon, also where there is nothing to tell it. */
  void nudge() {
    pump();
  }

  /** Called every 100 ms: sends signs of life, and gives up on a router that is silent. */
  void tick() {
    if (!closed && System.nanoTime() - sentAt > DIGEST_NANOS) {
      pump();
    }
    if (isSilent()) {
      serving = false;
    }
    if (hasLapsed()) {
      lapse();
    }
  }

  /** Whether the router surely answers for nothing of this gateway's any more. */
  boolean hasLapsed() {
    return isOver(wholeAt);
  }

  private boolean isOver(long since) {
    long now = System.nanoTime();
    return everAnswered ? now - since > LEASE_NANOS : now - metAt > NEVER_MET_NANOS;
  }

  /**
   * The router left this node's view, which does not mean that it is dead: what waits for it waits
   * on until its lease has lapsed.
   */
  void close() {
    closed = true;
    serving = false;
    queue.clear();
    snapshot = List.of();
  }

  /** Whether nothing waits for the router any more. */
  boolean isDone() {
    return waiters.isEmpty();
  }

  /** Begins anew with a snapshot, after the gateway joined the mesh anew. */
  void restart() {
    snapshotNeeded = true;
    echo = 0;
    pump();
  }

  private void lapse() {
    List<Waiter> all = new ArrayList<>(waiters);
    waiters.clear();
    all.forEach(waiter -> waiter.lapsed().run());
  }

  private void pump() {
    if (inFlight || closed) {
      return;
    }
    if (snapshotNeeded) {
      beginSnapshot();
    }
    inFlight = true;
    sentAt = System.nanoTime();
    Feed feed = nextFeed();
    mesh.bus()
        .request(Addresses.router(router), feed, PATIENCE)
        .onComplete(ack -> taken(ack), failure -> failed());
  }

  private void beginSnapshot() {
    snapshot = registry.snapshot();
    snapshotAt = 0;
    digest = new Queued(new Change.Removed(0), version, registry.size(), registry.hash());
    queue.clear();
    sequence = 0;
    snapshotNeeded = false;
    snapshotUnderWay = true;
  }

  private Feed nextFeed() {
    boolean reset = snapshotUnderWay && snapshotAt == 0;
    List<Change> changes = new ArrayList<>();
    if (snapshotUnderWay) {
      int to = Math.min(snapshot.size(), snapshotAt + MOST_PER_FEED);
      snapshot.subList(snapshotAt, to).forEach(one -> changes.add(new Change.Added(one)));
      snapshotAt = to;
      snapshotUnderWay = to < snapshot.size();
    } else {
      while (!queue.isEmpty() && changes.size() < MOST_PER_FEED) {
        digest = queue.removeFirst();
        changes.add(digest.change());
      }
      while (!queue.isEmpty() && queue.getFirst().version() == digest.version()) {
        digest = queue.removeFirst();
        changes.add(digest.change());
      }
      if (queue.isEmpty()) {
        digest = new Queued(digest.change(), version, digest.count(), digest.hash());
      }
    }
    sequence++;
    return new Feed(
        mesh.nodeId(),
        mesh.view().me().incarnation(),
        sequence,
        reset,
        !snapshotUnderWay,
        changes,
        digest.count(),
        digest.hash(),
        echo);
  }

  private void taken(FeedAck ack) {
    if (closed) {
      return;
    }
    serving = ack.serving();
    if (ack.applied()) {
      applied(ack);
    } else {
      // Its stamp is not echoed: the router's lease must not outlast what wholeAt says of it.
      echo = 0;
      snapshotNeeded = true;
    }
    inFlight = false;
    if (!queue.isEmpty() || snapshotNeeded || snapshotUnderWay || !waiters.isEmpty()) {
      pump();
    } else if (!ack.fresh()) {
      vertx.setTimer(RENEW_MILLIS, timer -> pump());
    }
  }

  /** Still in flight meanwhile, so that what this gives rise to waits for the next feed. */
  private void applied(FeedAck ack) {
    answeredAt = System.nanoTime();
    answered.accept(ack);
    if (!snapshotUnderWay) {
      // The stamp of a page is not echoed: the lease must not outlast what wholeAt says of it.
      echo = ack.stamp();
      wholeAt = answeredAt;
      everAnswered = true;
      confirm(ack);
    }
  }

  private void confirm(FeedAck ack) {
    while (!waiters.isEmpty() && waiters.getFirst().version() <= digest.version()) {
      waiters.removeFirst().confirmed().accept(ack);
    }
  }

  private void failed() {
    inFlight = false;
    snapshotNeeded = true;
    if (!closed) {
      vertx.setTimer(RETRY_MILLIS, timer -> pump());
    }
  }
}
