/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import io.modelcontextprotocol.spec.McpError;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a connected server is there: asked at intervals, and at once when something is odd. A
 * server that refuses pings is there too: two of the real ones do. For one context.
 */
final class Pulse {
  /** After so many pings in a row without an answer the server is taken for gone. */
  static final int MOST_MISSES = 3;

  /** What the owner of a pulse hears. */
  interface Listener {
    /** The server answered. */
    void beats();

    /** The server did not answer in time, for the n-th time in a row. */
    void misses(int times);

    /** The server cannot be reached. */
    void stops(String reason);
  }

  private final Vertx vertx;
  private final SwarmOptions options;
  private final Supplier<Future<?>> ping;
  private final Listener listener;
  private final long timer;
  private boolean isAsking;
  private boolean isOver;
  private int misses;

  /** Begins; the listener is heard on the context that this is called on. */
  Pulse(Vertx vertx, SwarmOptions options, Supplier<Future<?>> ping, Listener listener) {
    this.vertx = vertx;
    this.options = options;
    this.ping = ping;
    this.listener = listener;
    this.timer = vertx.setPeriodic(options.cadence().ping().toMillis(), id -> ask());
  }

  /** Asks now, unless an answer is waited for. */
  void ask() {
    if (isAsking || isOver) {
      return;
    }
    isAsking = true;
    ping.get()
        .timeout(options.patience().ping().toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(answer -> {
          isAsking = false;
          if (!isOver) {
            heard(answer.cause());
          }
        });
  }

  /** The server was heard in another way. */
  void beat() {
    misses = 0;
  }

  void stop() {
    isOver = true;
    vertx.cancelTimer(timer);
  }

  private void heard(@Nullable Throwable failure) {
    switch (failure) {
      case null -> beats();
      case McpError _ -> beats();
      case TimeoutException _ -> {
        misses++;
        listener.misses(misses);
      }
      default -> listener.stops("it cannot be reached: " + SwarmFailure.reason(failure));
    }
  }

  private void beats() {
    misses = 0;
    listener.beats();
  }
}
