/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** What a host of agents counts. Thread-safe. */
final class AgentsMetrics {
  private final MeterRegistry registry;
  private final Counter failures;
  private final Counter dropped;

  AgentsMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.failures =
        Counter.builder("starling.agents.failures")
            .description("Times that an agent failed and was started again")
            .register(registry);
    this.dropped =
        Counter.builder("starling.agents.drops")
            .description("Outcomes and tasks that found no room in an agent's inbox")
            .register(registry);
  }

  Counter failures() {
    return failures;
  }

  void dropped(int calls) {
    dropped.increment(calls);
  }

  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }
}
