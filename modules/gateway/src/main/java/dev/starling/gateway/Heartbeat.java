/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import java.time.Duration;
import java.util.Collection;

/**
 * Pings every peer once an interval, and keeps the time by which their silence is measured: that in
 * which this process listened. Gateway's loop only.
 */
final class Heartbeat {
  private final Duration interval;
  private final AwakeClock clock;
  private long lastPings;

  /** Pings for the first time an interval from now. */
  Heartbeat(Duration interval, AwakeClock clock) {
    this.interval = interval;
    this.clock = clock;
    this.lastPings = clock.nanos();
  }

  /** Called every 100 ms. */
  void tick(Collection<Session> sessions) {
    clock.tick();
    long now = clock.nanos();
    if (now - lastPings >= interval.toNanos()) {
      lastPings = now;
      sessions.forEach(Session::ping);
    }
  }
}
