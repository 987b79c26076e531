/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;

/** What the embedder role counts. Thread-safe. */
final class EmbedderMetrics {
  /** What became of a text. */
  enum Text {
    EMBEDDED("embedded"),
    CACHED("cached"),
    FAILED("failed");

    private final String word;

    Text(String word) {
      this.word = word;
    }
  }

  /** Why a text was given up. */
  enum Drop {
    FULL("full"),
    LATE("late");

    private final String word;

    Drop(String word) {
      this.word = word;
    }
  }

  private final MeterRegistry registry;
  private final Timer batches;

  EmbedderMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (Text outcome : Text.values()) {
      texts(outcome);
    }
    for (Drop cause : Drop.values()) {
      drops(cause);
    }
    this.batches =
        Timer.builder("starling.embedder.batches")
            .description("How long the embedder took for texts that it was given together")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofNanos(100_000))
            .maximumExpectedValue(Duration.ofSeconds(30))
            .register(registry);
  }

  void text(Text outcome) {
    texts(outcome).increment();
  }

  void dropped(Drop cause) {
    drops(cause).increment();
  }

  void batch(long nanos) {
    batches.record(Duration.ofNanos(nanos));
  }

  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  private Counter texts(Text outcome) {
    return Counter.builder("starling.embedder.texts")
        .description("Texts asked for, by what became of them")
        .tag("outcome", outcome.word)
        .register(registry);
  }

  private Counter drops(Drop cause) {
    return Counter.builder("starling.embedder.drops")
        .description("Texts given up, by cause")
        .tag("cause", cause.word)
        .register(registry);
  }
}
