/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.fabric.Mesh;
import dev.starling.testkit.LocalMesh;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/** A router's event loop, on which a test runs its parts. */
final class RouterLoop {
  private final Context loop;

  RouterLoop(Mesh mesh) {
    this.loop = mesh.vertx().getOrCreateContext();
  }

  Context context() {
    return loop;
  }

  /** Begins work on the loop; what it gives completes there. */
  <T> Future<T> begin(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    loop.runOnContext(go -> {
      try {
        work.get().onComplete(done);
      } catch (RuntimeException e) {
        done.fail(e);
      }
    });
    return done.future();
  }

  /** Runs work on the loop and waits for what it gives. */
  <T> T call(Supplier<T> work) {
    return LocalMesh.await(begin(() -> Future.succeededFuture(work.get())));
  }

  void run(Runnable work) {
    call(() -> {
      work.run();
      return true;
    });
  }
}
