/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import io.vertx.core.Context;

/** One event loop that owns some state. */
record Loop(Context context) {

  /** Runs {@code task} on the loop: at once where the caller is on it already. */
  void run(Runnable task) {
    if (VertxInternals.isOn(context)) {
      task.run();
    } else {
      context.runOnContext(ignored -> task.run());
    }
  }
}
