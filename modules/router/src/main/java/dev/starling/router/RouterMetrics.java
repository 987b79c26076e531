/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.protocol.mesh.RouterMessage.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What a router counts. Thread-safe. */
final class RouterMetrics {
  private final MeterRegistry registry;
  private final Map<String, Counter> drops = new ConcurrentHashMap<>();
  private final Counter routed;
  private final Counter duplicate;
  private final Counter expired;
  private final Counter partial;
  private final Counter matches;
  private final Timer routing;

  RouterMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.routed = outcomes("routed");
    this.duplicate = outcomes("duplicate");
    this.expired = outcomes("expired");
    this.partial =
        Counter.builder("starling.router.outcomes.partial")
            .description("Outcomes routed while some gateway was silent")
            .register(registry);
    this.matches =
        Counter.builder("starling.router.matches")
            .description("Agents that outcomes were sent to")
            .register(registry);
    this.routing =
        Timer.builder("starling.router.routing")
            .description("From taking an outcome in to having sent it to every match")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofNanos(10_000))
            .maximumExpectedValue(Duration.ofSeconds(5))
            .register(registry);
  }

  private Counter outcomes(String status) {
    return Counter.builder("starling.router.outcomes")
        .description("Outcomes taken in, by what became of them")
        .tag("status", status)
        .register(registry);
  }

  private Counter outcomes(Status status) {
    return switch (status) {
      case ROUTED -> routed;
      case DUPLICATE -> duplicate;
      case EXPIRED -> expired;
    };
  }

  void outcome(Status status, int receivers, boolean wasPartial, long nanos) {
    outcomes(status).increment();
    matches.increment(receivers);
    if (wasPartial) {
      partial.increment();
    }
    routing.record(Duration.ofNanos(nanos));
  }

  /** Outcomes routed so far. */
  long routed() {
    return (long) routed.count();
  }

  /** Counts an outcome that was refused, or something forgotten, by cause. */
  void dropped(String cause) {
    drops.computeIfAbsent(cause, this::drops).increment();
  }

  private Counter drops(String cause) {
    return Counter.builder("starling.router.drops")
        .description("What the router refused or forgot early, by cause")
        .tag("cause", cause)
        .register(registry);
  }

  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }
}
