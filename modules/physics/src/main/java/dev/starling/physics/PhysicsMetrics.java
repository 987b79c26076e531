/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntSupplier;

/** What a simulator counts. Thread-safe. */
final class PhysicsMetrics {
  private final MeterRegistry registry;
  private final Counter sent;
  private final Counter lost;
  private final Counter skipped;
  private final Counter refusedAgents;
  private final Counter diskFailures;

  PhysicsMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.sent = blocks("taken");
    this.lost = blocks("lost");
    this.skipped = blocks("skipped");
    this.refusedAgents =
        Counter.builder("starling.physics.agents.refused")
            .description("Agents that found no room in the graph")
            .register(registry);
    this.diskFailures =
        Counter.builder("starling.physics.disk.failures")
            .description("Times that the graph or its layout could not be kept on disk")
            .register(registry);
  }

  /** The graph or its layout could not be kept on disk. */
  void diskFailed() {
    diskFailures.increment();
  }

  /** Agents that found no room in the graph. */
  void refusedAgents(int agents) {
    refusedAgents.increment(agents);
  }

  private Counter blocks(String fate) {
    return Counter.builder("starling.physics.blocks")
        .description("Blocks of positions for gateways that watch, by what became of them")
        .tag("fate", fate)
        .register(registry);
  }

  /** Shows what {@code simulation} is doing. */
  void watch(Simulation simulation, IntSupplier watchers) {
    Gauge.builder("starling.physics.nodes", simulation, it -> it.state().nodes())
        .description("Nodes of the graph that this node leads")
        .register(registry);
    Gauge.builder("starling.physics.edges", simulation, it -> (double) it.state().edges())
        .description("Edges of the graph that this node leads")
        .register(registry);
    Gauge.builder("starling.physics.tick.rate", simulation, it -> it.state().ticksPerSecond())
        .description("Ticks in the last second; 0 at rest")
        .register(registry);
    Gauge.builder("starling.physics.tick.target", simulation, it -> it.state().rate())
        .description("Ticks a second that the simulation aims at")
        .register(registry);
    FunctionCounter.builder(
            "starling.physics.tick.dropped", simulation, it -> (double) it.dropped())
        .description("Ticks that were left out since they came too late")
        .register(registry);
    Gauge.builder("starling.physics.watchers", watchers, IntSupplier::getAsInt)
        .description("Gateways that watch")
        .strongReference(true) // nobody else holds it
        .register(registry);
  }

  /** A block was taken by a gateway, or it did not say so in time. */
  void blockSent(boolean isTaken) {
    (isTaken ? sent : lost).increment();
  }

  /** Blocks that a gateway was not sent, since it had not taken the one before or wants fewer. */
  void skipped(long blocks) {
    skipped.increment((double) blocks);
  }
}
