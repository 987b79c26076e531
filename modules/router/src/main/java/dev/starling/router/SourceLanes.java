/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Keeps the outcomes of one source in order while some of them wait for an answer from elsewhere.
 * Sources without a wait pass straight through. One event loop only; bounded by its user.
 */
final class SourceLanes {
  /** The turns behind one that waits, by source; a turn tells whether it waits too. */
  private final Map<String, Deque<BooleanSupplier>> lanes = new HashMap<>();

  /**
   * Runs {@code first}, which may wait, and then {@code second}, which begins after those of every
   * earlier call for the same source have begun.
   */
  <A, R> Future<R> inOrder(
      String source, Supplier<Future<A>> first, Function<A, Future<R>> second) {
    Promise<R> result = Promise.promise();
    BooleanSupplier turn = () -> take(source, first, second, result);
    Deque<BooleanSupplier> lane = lanes.get(source);
    if (lane != null) {
      lane.addLast(turn);
    } else if (turn.getAsBoolean()) {
      lanes.put(source, new ArrayDeque<>());
    }
    return result.future();
  }

  private <A, R> boolean take(
      String source, Supplier<Future<A>> first, Function<A, Future<R>> second, Promise<R> result) {
    Future<A> admitted = begin(first);
    boolean waits = !admitted.isComplete();
    admitted.compose(second).onComplete(result);
    if (waits) {
      admitted.onComplete(ignored -> goOn(source));
    }
    return waits;
  }

  private static <A> Future<A> begin(Supplier<Future<A>> first) {
    try {
      return first.get();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private void goOn(String source) {
    Deque<BooleanSupplier> lane = lanes.get(source);
    while (lane != null) {
      BooleanSupplier turn = lane.pollFirst();
      if (turn == null) {
        lanes.remove(source);
        return;
      }
      if (turn.getAsBoolean()) {
        return;
      }
    }
  }
}
