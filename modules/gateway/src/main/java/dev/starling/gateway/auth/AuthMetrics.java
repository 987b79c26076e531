/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.auth;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** What is counted of tokens and keys; never anything of a token itself. Thread-safe. */
final class AuthMetrics {
  private final MeterRegistry registry;

  AuthMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void accepted() {
    token("accepted");
  }

  void refused(TokenFault fault) {
    token(fault.word());
  }

  private void token(String result) {
    Counter.builder("starling.gateway.tokens")
        .description("Tokens that were verified, by what came of it")
        .tag("result", result)
        .register(registry)
        .increment();
  }

  void reloaded(String result) {
    Counter.builder("starling.gateway.key.reloads")
        .description("Times that changed key files were read, by what came of it")
        .tag("result", result)
        .register(registry)
        .increment();
  }

  void keys(Supplier<Number> count) {
    Gauge.builder("starling.gateway.keys", count)
        .description("Keys that tokens are verified by")
        .register(registry);
  }
}
