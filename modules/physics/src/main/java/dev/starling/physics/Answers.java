/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.protocol.RefusalException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.CompletableFuture;

/** Brings what a {@link Simulation} did back to an event loop. Stateless. */
final class Answers {
  private Answers() {}

  /**
   * What came of {@code work}, on {@code context}, behind everything that the simulation's thread
   * told that context before: one that were answered at once, since it was done already, would
   * overtake the edits that it made.
   */
  static <R> Future<R> inTurn(CompletableFuture<R> work, Context context) {
    Promise<R> promise = Promise.promise();
    CompletableFuture<?> _ =
        work.whenComplete((result, failure) ->
            context.runOnContext(ignored -> {
              if (failure == null) {
                promise.complete(result);
              } else {
                promise.fail(refusalOr(failure));
              }
            }));
    return promise.future();
  }

  private static Throwable refusalOr(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause instanceof RefusalException ? cause : failure;
  }
}
