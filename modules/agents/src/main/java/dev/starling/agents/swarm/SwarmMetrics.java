/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.swarm;

import dev.starling.swarms.SwarmFigures;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * What a node counts of one swarm, over all the times that it follows it. The event loop of the
 * swarm writes, any thread reads.
 */
final class SwarmMetrics {
  private static final String SWARM = "swarm";

  private final MeterRegistry registry;
  private final String swarm;
  private final Counter calls;
  private final Counter failures;
  private final Counter refused;
  private final Counter losses;
  private final Counter strayLines;
  private final Counter leftOut;
  private final Counter outcomes;

  SwarmMetrics(MeterRegistry registry, String swarm) {
    this.registry = registry;
    this.swarm = swarm;
    this.calls = counter("starling.swarms.calls", "Calls of tools that were sent");
    this.failures = counter("starling.swarms.call.failures", "Of these, the ones that failed");
    this.refused =
        counter("starling.swarms.calls.refused", "Calls not sent, since too many waited");
    this.losses =
        counter("starling.swarms.losses", "Connections that were lost or did not come about");
    this.strayLines =
        counter("starling.swarms.stray.lines", "Lines of a server that are no message");
    this.leftOut =
        counter("starling.swarms.left.out", "Agents and tasks left out, at each look at them");
    this.outcomes =
        counter(
            "starling.swarms.outcomes.dropped",
            "Outcomes that matched an agent of a swarm, which no MCP server takes");
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).tag(SWARM, swarm).register(registry);
  }

  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).tag(SWARM, swarm).register(registry);
  }

  void outcomeDropped() {
    outcomes.increment();
  }

  void leftOut() {
    leftOut.increment();
  }

  /** Takes over what was counted since the last time. */
  void read(Reading reading) {
    reading.add(calls, SwarmFigures::calls, 0);
    reading.add(failures, SwarmFigures::failedCalls, 1);
    reading.add(refused, SwarmFigures::refusedCalls, 2);
    reading.add(losses, SwarmFigures::losses, 3);
    reading.add(strayLines, SwarmFigures::strayLines, 4);
    reading.add(leftOut, SwarmFigures::leftOut, 5);
  }

  /** The figures of one follower, and how much of them was read. One event loop. */
  static final class Reading {
    private final SwarmFigures figures;
    private final long[] read = new long[6];

    Reading(SwarmFigures figures) {
      this.figures = figures;
    }

    private void add(Counter counter, ToLongFunction<SwarmFigures> figure, int place) {
      long now = figure.applyAsLong(figures);
      counter.increment((double) (now - read[place]));
      read[place] = now;
    }
  }
}
