/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.protocol.RefusalException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the simulation's thread is to do for others: requests, of which few may wait, and orders,
 * which are done first and never refused. Safe from any thread; one of them takes.
 */
final class Inbox {
  /** Requests that may wait. */
  static final int MOST_WAITING = 1_024;

  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

  private final ArrayBlockingQueue<Runnable> requests = new ArrayBlockingQueue<>(MOST_WAITING);

  /** What this node itself says, which must not be refused; few. */
  private final ConcurrentLinkedQueue<Runnable> orders = new ConcurrentLinkedQueue<>();

  private volatile boolean isClosed;

  /**
   * Has something done in turn.
   *
   * @return what came of it, completed on the thread that takes; UNAVAILABLE where too much waits
   */
  <R> CompletableFuture<R> request(Supplier<R> work) {
    CompletableFuture<R> done = new CompletableFuture<>();
    Runnable request = () -> complete(done, work);
    if (isClosed || !requests.offer(request) || (isClosed && requests.remove(request))) {
      done.completeExceptionally(
          RefusalException.unavailable("physics", "it has too much to do; try again"));
    }
    return done;
  }

  private static <R> void complete(CompletableFuture<R> done, Supplier<R> work) {
    try {
      done.complete(work.get());
    } catch (RuntimeException | Error e) {
      done.completeExceptionally(e);
    }
  }

  /** Has something done before whatever else waits. */
  void order(Runnable work) {
    orders.add(work);
    wake();
  }

  /** Ends the wait of who takes. */
  void wake() {
    if (!requests.offer(() -> {})) {
      LOG.debug("awake already");
    }
  }

  /** The next order; null where there is none. */
  @Nullable Runnable takeOrder() {
    return orders.poll();
  }

  /** The next request; null where none comes in time. */
  @Nullable Runnable takeRequest(long nanos) throws InterruptedException {
    return requests.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }

  /** Refuses what comes from now on. */
  void close() {
    isClosed = true;
  }

  /** Does all that waits still. */
  void finish() {
    for (Runnable request = requests.poll(); request != null; request = requests.poll()) {
      request.run();
    }
  }
}
