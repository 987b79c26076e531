/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.model;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.function.Supplier;

/** What is counted of a model's calls. Thread-safe. */
final class ModelMetrics {
  private static final String ANSWERED = "answered";

  private final MeterRegistry registry;

  ModelMetrics(MeterRegistry registry) {
    this.registry = registry;
    calls(ANSWERED);
    EnumSet.range(ModelLack.REFUSED, ModelLack.UNUSABLE).forEach(lack -> calls(lack.word()));
    EnumSet.allOf(ModelLack.class).forEach(this::lacks);
  }

  void answered(long nanos) {
    calls(ANSWERED).record(Duration.ofNanos(nanos));
  }

  void failed(ModelLack lack, long nanos) {
    calls(lack.word()).record(Duration.ofNanos(nanos));
  }

  void lacked(ModelLack lack) {
    lacks(lack).increment();
  }

  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  private Timer calls(String outcome) {
    return Timer.builder("starling.agents.model.calls")
        .description("Requests to the language model, by what came of them")
        .tag("outcome", outcome)
        .register(registry);
  }

  private Counter lacks(ModelLack lack) {
    return Counter.builder("starling.agents.model.fallbacks")
        .description("Texts written without the language model that is configured, by cause")
        .tag("cause", lack.word())
        .register(registry);
  }
}
