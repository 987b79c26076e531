/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Clients that wait until there is something for them; as many as their sessions may have calls
 * that run. One loop only.
 */
final class McpWaiters {
  private final Vertx vertx;
  private final Set<Promise<Void>> waiting = new LinkedHashSet<>();

  McpWaiters(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Completes once {@code isThere}, after {@code millis}, or when nobody waits any more.
   *
   * @param abandoned completes where the client wants no answer any more
   */
  Future<Void> await(BooleanSupplier isThere, long millis, Future<Void> abandoned) {
    if (isThere.getAsBoolean() || millis <= 0 || abandoned.isComplete()) {
      return Future.succeededFuture();
    }
    long deadline = System.nanoTime() + millis * 1_000_000;
    Promise<Void> woken = Promise.promise();
    waiting.add(woken);
    long timer = vertx.setTimer(millis, late -> woken.tryComplete());
    abandoned.onComplete(done -> woken.tryComplete());
    return woken
        .future()
        .onComplete(done -> {
          waiting.remove(woken);
          vertx.cancelTimer(timer);
        })
        .compose(ignored -> await(isThere, (deadline - System.nanoTime()) / 1_000_000, abandoned));
  }

  /** There may be something now. */
  void wake() {
    List.copyOf(waiting).forEach(Promise::tryComplete);
  }
}
