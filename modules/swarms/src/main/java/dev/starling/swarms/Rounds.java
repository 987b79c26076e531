/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Several things that are looked at, each at an interval of its own and never two at a time; the
 * one that is due longest comes first. For one context.
 */
final class Rounds {
  private static final class Round {
    private final String what;
    private final Supplier<Duration> every;
    private final Supplier<Future<?>> look;
    private long due;

    private Round(String what, Supplier<Duration> every, Supplier<Future<?>> look) {
      this.what = what;
      this.every = every;
      this.look = look;
    }
  }

  private final Vertx vertx;
  private final List<Round> rounds = new ArrayList<>();
  private long timer = -1;
  private boolean isRunning;
  private boolean isLooking;

  Rounds(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Adds something to look at, before the first start. */
  void add(String what, Supplier<Duration> every, Supplier<Future<?>> look) {
    rounds.add(new Round(what, every, look));
  }

  /** Begins, with everything due now, in the order in which it was added. */
  void start() {
    isRunning = true;
    long now = System.nanoTime();
    for (int i = 0; i < rounds.size(); i++) {
      rounds.get(i).due = now - rounds.size() + i;
    }
    schedule();
  }

  void stop() {
    isRunning = false;
    vertx.cancelTimer(timer);
  }

  /** Looks at something as soon as may be. */
  void soon(String what) {
    for (Round round : rounds) {
      if (round.what.equals(what)) {
        round.due = System.nanoTime();
      }
    }
    schedule();
  }

  private void schedule() {
    if (!isRunning || isLooking) {
      return;
    }
    vertx.cancelTimer(timer);
    Round next =
        rounds.stream()
            .min(Comparator.comparingLong(round -> round.due - System.nanoTime()))
            .orElseThrow();
    long wait = TimeUnit.NANOSECONDS.toMillis(next.due - System.nanoTime());
    timer = vertx.setTimer(Math.max(1, wait), id -> look(next));
  }

  private void look(Round round) {
    isLooking = true;
    round.due = System.nanoTime() + round.every.get().toNanos();
    Future.succeededFuture()
        .compose(now -> round.look.get())
        .onComplete(done -> {
          isLooking = false;
          schedule();
        });
  }
}
