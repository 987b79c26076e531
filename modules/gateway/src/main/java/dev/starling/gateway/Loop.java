/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import io.vertx.core.Context;

/** One event loop that owns some state. */
record Loop(Context context) {

  /** Whether the caller is on the loop. */
  boolean isHere() {
    return VertxInternals.isOn(context);
  }

  /** Runs {@code task} now; the caller must be on the loop. */
  void dispatch(Runnable task) {
    VertxInternals.dispatch(context, task);
  }

  /** Runs {@code task} on the loop: at once where the caller is on it already. */
  void run(Runnable task) {
    if (isHere()) {
      task.run();
    } else {
      context.runOnContext(ignored -> task.run());
    }
  }
}
