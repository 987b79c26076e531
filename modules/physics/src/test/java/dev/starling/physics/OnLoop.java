/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.testkit.LocalMesh;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/** Calls what belongs to an event loop from a test's thread. */
final class OnLoop {
  private OnLoop() {}

  /** What {@code work} ends with, which begins on the event loop. */
  static <R> Future<R> call(Context context, Supplier<Future<R>> work) {
    Promise<R> done = Promise.promise();
    context.runOnContext(go -> work.get().onComplete(done));
    return done.future();
  }

  /** Waits for what {@code work} ends with. */
  static <R> R result(Context context, Supplier<Future<R>> work) {
    return LocalMesh.await(call(context, work));
  }

  /** Waits until the event loop has run {@code work}. */
  static void run(Context context, Runnable work) {
    result(
        context,
        () -> {
          work.run();
          return Future.succeededFuture();
        });
  }
}
