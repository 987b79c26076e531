/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Messages of a host on their way to a node, in the host's order: requests of HTTP overtake each
 * other, so each is sent once the one before it is answered. One that waits at the node for
 * something to happen has the next sent at once, and a ping, which changes nothing, goes beside
 * them. Of the one thread that hears the host; each message is sent on a thread of its own.
 */
final class McpTurns {
  private static final int MOST_AT_ONCE = 64;

  private final Executor threads;
  private final Duration patience;
  private final BiConsumer<JsonObject, Duration> send;
  private final Semaphore room = new Semaphore(MOST_AT_ONCE);

  /** The requests that are on their way, by their ids. */
  private final Map<Object, Passing> running = new ConcurrentHashMap<>();

  private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

  /**
   * No messages yet.
   *
   * @param patience within which a message is to be answered from when the host wrote it
   * @param send sends a message and deals with its answer, for which so much time is left; may
   *     block, and is interrupted where the host takes the message back
   */
  McpTurns(Executor threads, Duration patience, BiConsumer<JsonObject, Duration> send) {
    this.threads = threads;
    this.patience = patience;
    this.send = send;
  }

  /** One message: behind another one, and before the next once its turn is over. */
  private final class Passing extends FutureTask<Void> {
    private final @Nullable Object id;
    private final CompletableFuture<Void> before;
    private final CompletableFuture<Void> turn;

    private Passing(
        JsonObject message, CompletableFuture<Void> before, CompletableFuture<Void> turn) {
      super(() -> {
        long since = System.nanoTime();
        if (isInTime(before) && waits(message)) {
          turn.complete(null);
        }
        send.accept(message, patience.minusNanos(System.nanoTime() - since));
        return null;
      });
      this.id = message.getValue("id");
      this.before = before;
      this.turn = turn;
    }

    /** One that is taken back before its turn leaves its place to the one behind, not sooner. */
    @Override
    protected void done() {
      CompletableFuture<Void> _ = before.whenComplete((done, failure) -> turn.complete(null));
      if (id != null) {
        running.remove(id, this);
      }
      room.release();
    }
  }

  /** Waits for the turn of what came before; whether that left a message any time. */
  private boolean isInTime(CompletableFuture<Void> before)
      throws InterruptedException, ExecutionException {
    try {
      Void _ = before.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    }
  }

  /** Whether the node answers a message only once something happens there, or a while is over. */
  private static boolean waits(JsonObject message) {
    return message.getValue("params") instanceof JsonObject params
        && params.getValue("arguments") instanceof JsonObject arguments
        && arguments.getValue("wait_ms") instanceof Number millis
        && millis.doubleValue() > 0;
  }

  /** Has a message sent; waits where very many are on their way. */
  void take(JsonObject message) throws InterruptedException {
    room.acquire();
    CompletableFuture<Void> turn = new CompletableFuture<>();
    boolean isBeside = "ping".equals(message.getValue("method"));
    Passing passing =
        new Passing(message, isBeside ? CompletableFuture.completedFuture(null) : last, turn);
    if (!isBeside) {
      last = turn;
    }
    if (passing.id != null) {
      running.put(passing.id, passing);
    }
    threads.execute(passing);
  }

  /**
   * The host takes a request back: it is not sent any more, or its connection is broken off, which
   * ends its wait at the node. To tell the node could be too early or too late.
   */
  void cancel(Object requestId) {
    Passing passing = running.get(requestId);
    if (passing != null) {
      boolean _ = passing.cancel(true);
    }
  }

  /** Waits until all have had their turn, but for no longer than {@code most}. */
  void settle(Duration most) throws InterruptedException {
    try {
      Void _ = last.get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException _) {
      // What has not been sent by then is lost with its host.
    }
  }
}
