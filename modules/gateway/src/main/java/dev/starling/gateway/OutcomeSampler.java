/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.mesh.GatewayMessage.OutcomeSample;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes on at most 50 of the outcomes that were routed a second, each with how many it stands for.
 * Gateway's loop only; times are of {@link System#nanoTime}.
 */
final class OutcomeSampler {
  private static final long SPACING_NANOS = 20_000_000;

  private final Consumer<OutcomeSample> out;
  private @Nullable OutcomeSample latest;
  private long count;
  private long passedAt;

  OutcomeSampler(Consumer<OutcomeSample> out, long now) {
    this.out = out;
    this.passedAt = now - SPACING_NANOS;
  }

  /** Counts what {@code sample} stands for; it passes, now or at the next tick. */
  void offer(OutcomeSample sample, long now) {
    latest = sample;
    count += sample.count();
    if (isDue(now)) {
      pass(sample, now);
    }
  }

  /** Passes on what has waited for its time. */
  void tick(long now) {
    OutcomeSample waiting = latest;
    if (waiting != null && isDue(now)) {
      pass(waiting, now);
    }
  }

  private boolean isDue(long now) {
    return now - passedAt >= SPACING_NANOS;
  }

  private void pass(OutcomeSample sample, long now) {
    passedAt = now;
    latest = null;
    OutcomeSample counted =
        new OutcomeSample(
            sample.outcomeId(),
            sample.source(),
            sample.receivers(),
            sample.matches(),
            sample.partial(),
            sample.latencyMicros(),
            count,
            sample.routedMillis());
    count = 0;
    out.accept(counted);
  }
}
