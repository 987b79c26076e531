/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.CloseCode;
import java.util.Collection;

/**
 * Pings every peer once an interval and closes those that were silent for too long, by the time in
 * which this process listened. Gateway's loop only.
 */
final class Heartbeat {
  private final GatewayConfig config;
  private final GatewayMetrics metrics;
  private final AwakeClock clock;
  private long lastSweep;

  /** Sweeps for the first time an interval from now. */
  Heartbeat(GatewayConfig config, GatewayMetrics metrics, AwakeClock clock) {
    this.config = config;
    this.metrics = metrics;
    this.clock = clock;
    this.lastSweep = clock.nanos();
  }

  /** Called every 100 ms. */
  void tick(Collection<Session> sessions) {
    clock.tick();
    long now = clock.nanos();
    if (now - lastSweep < config.heartbeatInterval().toNanos()) {
      return;
    }
    lastSweep = now;
    for (Session session : sessions) {
      if (now - session.heardAt() > config.heartbeatTimeout().toNanos()) {
        metrics.dropped("silent-peer");
        session.close(CloseCode.GOING_AWAY);
      } else {
        session.ping();
      }
    }
  }
}
