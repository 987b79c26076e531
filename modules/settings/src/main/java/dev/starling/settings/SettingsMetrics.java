/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** What the settings role counts. Thread-safe. */
final class SettingsMetrics {
  /** What became of a batch. */
  enum Outcome {
    WRITTEN("written"),
    REFUSED("refused"),
    LATE("late"),
    UNAVAILABLE("unavailable");

    private final String word;

    Outcome(String word) {
      this.word = word;
    }
  }

  private final MeterRegistry registry;
  private final Counter conflicts;
  private final Counter diskFailures;

  SettingsMetrics(MeterRegistry registry, Supplier<Number> version, Supplier<Number> waiting) {
    this.registry = registry;
    for (Outcome outcome : Outcome.values()) {
      writes(outcome);
    }
    this.conflicts =
        Counter.builder("starling.settings.conflicts")
            .description("Writes tried again because another node wrote at the same time")
            .register(registry);
    this.diskFailures =
        Counter.builder("starling.settings.disk.failures")
            .description("Times that the settings could not be kept on disk")
            .register(registry);
    Gauge.builder("starling.settings.version", version)
        .description("Version of the settings as this node knows them")
        .register(registry);
    Gauge.builder("starling.settings.waiting", waiting)
        .description("Batches that wait for their turn")
        .register(registry);
  }

  void batch(Outcome outcome) {
    writes(outcome).increment();
  }

  private Counter writes(Outcome outcome) {
    return Counter.builder("starling.settings.writes")
        .description(
            "Batches of changes that this node decided on as the owner, by what became of them")
        .tag("outcome", outcome.word)
        .register(registry);
  }

  void conflict() {
    conflicts.increment();
  }

  void diskFailed() {
    diskFailures.increment();
  }
}
