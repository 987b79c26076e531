/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a system printed of its layout; what it does not tell is null.
 *
 * @param version of what ran
 * @param wallMs of each tick, by the clock
 * @param cpuMs of each tick, of the whole process
 * @param ticksAtTime ticks done when the same time was over for every system, or it had settled
 * @param settledTicks ticks until it had settled
 * @param forceError greatest root mean square error of the repulsion that was seen, 0.02 being 2 %
 */
record LayoutFigures(
    String version,
    double[] wallMs,
    double[] cpuMs,
    @Nullable Double ticksAtTime,
    @Nullable Double settledTicks,
    @Nullable Double forceError) {
  /** Ticks are compared over the first of them, which cost the most, and which peers reach too. */
  private static final int COMPARED = 100;

  static LayoutFigures parse(JsonNode answer) throws IOException {
    return new LayoutFigures(
        answer.path("version").asText(),
        Probe.numbers(answer, "wallMs"),
        Probe.numbers(answer, "cpuMs"),
        number(answer, "ticksAtTime"),
        number(answer, "settledTicks"),
        answer.has("forceErrors")
            ? Arrays.stream(Probe.numbers(answer, "forceErrors")).max().getAsDouble()
            : null);
  }

  private static @Nullable Double number(JsonNode answer, String name) {
    JsonNode value = answer.path(name);
    return value.isNumber() ? value.doubleValue() : null;
  }

  /** Ticks that are compared. */
  int ticks() {
    return Math.min(COMPARED, wallMs.length);
  }

  /** A percentile of the first ticks of {@code millis}, by nearest rank. */
  double percentile(double[] millis, int percent) {
    double[] sorted = Arrays.copyOf(millis, ticks());
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(percent / 100.0 * sorted.length) - 1];
  }
}
