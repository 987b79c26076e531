/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How much waits to leave for each other node, within a bound: the bus has no back-pressure, and a
 * node that stands still for the seconds until it is dropped would else fill every other node's
 * memory. Thread-safe.
 */
final class PeerQueues {
  private final long most;
  private final Map<String, Long> waiting = new ConcurrentHashMap<>();
  private final Counter full;
  private final Counter unsent;

  /**
   * Empty queues.
   *
   * @param most bytes that may wait for one node
   */
  PeerQueues(long most, MeterRegistry registry) {
    this.most = most;
    this.full = drops("peer-queue", registry);
    this.unsent = drops("unsent", registry);
    Gauge.builder("starling.fabric.waiting", this, PeerQueues::total)
        .description("What waits to leave for other nodes")
        .baseUnit("bytes")
        .register(registry);
  }

  private static Counter drops(String cause, MeterRegistry registry) {
    return Counter.builder("starling.fabric.drops")
        .description("Messages without an answer that did not leave, by cause")
        .tag("cause", cause)
        .register(registry);
  }

  /** Makes room for a message; false, and it is counted as dropped, where there is none. */
  boolean enter(String node, int bytes) {
    long now = waiting.merge(node, (long) bytes, Long::sum);
    if (now > most && now > bytes) {
      release(node, bytes);
      full.increment();
      return false;
    }
    return true;
  }

  /** A message that {@link #enter entered} has left, or never will. */
  void leave(String node, int bytes, boolean sent) {
    release(node, bytes);
    if (!sent) {
      unsent.increment();
    }
  }

  private void release(String node, int bytes) {
    waiting.computeIfPresent(node, (ignored, now) -> now > bytes ? now - bytes : null);
  }

  private double total() {
    return waiting.values().stream().mapToLong(Long::longValue).sum();
  }
}
