/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.time.Duration;
import picocli.CommandLine.Option;

/** Options of every command that puts load on a server. */
final class LoadOptions {
  @Option(names = "--agents", defaultValue = "100", description = "connected agents (default 100)")
  private int agents = 100;

  @Option(
      names = "--topics",
      defaultValue = "20",
      description = "topics; an outcome reaches its topic's other agents (default 20)")
  private int topics = 20;

  @Option(
      names = "--dimension",
      defaultValue = "128",
      description = "numbers in a fingerprint (default 128)")
  private int dimension = 128;

  @Option(
      names = "--payload",
      defaultValue = "60",
      description = "characters of payload (default 60)")
  private int payload = 60;

  @Option(
      names = "--digits",
      defaultValue = "js",
      description = "numbers as JavaScript prints them (js, default) or with six decimals (6)")
  private String digits = "js";

  @Option(
      names = "--server-supplied-id",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "packets come without outcome_id, as the reference's browser agent sends them (default)")
  private boolean serverSuppliedId = true;

  @Option(
      names = "--window",
      defaultValue = "4",
      description = "closed loop: unacknowledged outcomes per agent (default 4)")
  private int window = 4;

  @Option(names = "--warmup", defaultValue = "5s", description = "before each run (default 5s)")
  private Duration warmup = Duration.ofSeconds(5);

  @Option(names = "--duration", defaultValue = "10s", description = "of each run (default 10s)")
  private Duration duration = Duration.ofSeconds(10);

  @Option(
      names = "--drain",
      defaultValue = "10s",
      description = "longest wait for deliveries after a run (default 10s)")
  private Duration drain = Duration.ofSeconds(10);

  Workload workload() {
    Workload.Digits printed =
        switch (digits) {
          case "js" -> Workload.Digits.JS;
          case "6" -> Workload.Digits.SIX;
          default -> throw new IllegalArgumentException("--digits takes js or 6");
        };
    return new Workload(agents, topics, dimension, payload, printed, serverSuppliedId);
  }

  Pace pace(double rate) {
    return new Pace(rate, window, warmup, duration, drain);
  }
}
