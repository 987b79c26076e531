/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import java.util.function.LongSupplier;

/**
 * Time in which the gateway ran. It all but stands still while the process is stopped or its event
 * loop is held up, so that a peer's silence is not counted while nobody listened. Advanced on the
 * gateway's loop, read anywhere.
 */
final class AwakeClock {
  /** What one tick may count for; ticks come every 100 ms. */
  static final long MOST_PER_TICK_NANOS = 200_000_000L;

  private final LongSupplier nanoClock;
  private long lastTick;
  private long awake;
  private volatile long nanos;

  /** Begins at 0; {@code nanoClock} is monotonic. */
  AwakeClock(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.lastTick = nanoClock.getAsLong();
  }

  /** Called every 100 ms on the gateway's loop. */
  void tick() {
    long now = nanoClock.getAsLong();
    awake += Math.min(now - lastTick, MOST_PER_TICK_NANOS);
    lastTick = now;
    nanos = awake;
  }

  /** Nanoseconds awake, as of the last tick. */
  long nanos() {
    return nanos;
  }
}
