/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.protocol.frame.LayoutBlock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps where the nodes are in this node's {@link GraphFile}, every ten seconds while they move.
 * The verticle's event loop only.
 */
final class KeptLayout {
  private static final Logger LOG = LoggerFactory.getLogger(KeptLayout.class);
  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Context context;
  private final GraphFile file;
  private final PhysicsMetrics metrics;
  private final LongSupplier nanoClock;
  private @Nullable LayoutBlock kept;
  private long triedAt;

  /** One write at a time: they share a file. */
  private Future<Void> last = Future.succeededFuture();

  KeptLayout(Context context, GraphFile file, PhysicsMetrics metrics, LongSupplier nanoClock) {
    this.context = context;
    this.file = file;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
    this.triedAt = nanoClock.getAsLong();
  }

  /** What the file has. */
  void is(@Nullable LayoutBlock layout) {
    kept = layout;
  }

  /** To be called once a second. */
  void tend(@Nullable LayoutBlock now) {
    if (nanoClock.getAsLong() - triedAt > PERIOD_NANOS && last.isComplete()) {
      Future<Void> _ = save(now);
    }
  }

  /** Complete once this layout is kept, or cannot be. */
  Future<Void> save(@Nullable LayoutBlock now) {
    if (now == null || now.equals(kept)) {
      return last;
    }
    triedAt = nanoClock.getAsLong();
    last =
        last.transform(ignored -> write(now))
            .onSuccess(ignored -> kept = now)
            .onFailure(failure -> {
              metrics.diskFailed();
              LOG.debug("the layout cannot be kept on disk now", failure);
            })
            .otherwiseEmpty();
    return last;
  }

  private Future<Void> write(LayoutBlock now) {
    return context
        .executeBlocking(
            () -> {
              file.layout(now);
              return now;
            },
            false)
        .mapEmpty();
  }
}
