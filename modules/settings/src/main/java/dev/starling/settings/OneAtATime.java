/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import io.vertx.core.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Does a piece of work that may take as long as the cluster likes, or be tried again for ever: who
 * asks for it meanwhile waits for the one that is under way. Verticle's event loop only.
 */
final class OneAtATime {
  private @Nullable Future<Void> underWay;

  /** Begins the work, unless some is under way; complete when that ends. */
  Future<Void> begin(Supplier<Future<Void>> work) {
    Future<Void> former = underWay;
    if (former != null && !former.isComplete()) {
      return former;
    }
    Future<Void> begun = work.get();
    underWay = begun;
    return begun;
  }
}
