/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.examples;

import dev.starling.agent.sdk.Agent;
import dev.starling.agent.sdk.AgentProfile;
import dev.starling.agent.sdk.Emission;
import dev.starling.agent.sdk.Outcome;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/**
 * Watches a number in the outcomes that reach it, and emits an outcome of its own where one is far
 * from what is usual: more than four deviations from the moving mean, both weighted exponentially.
 */
public final class DriftDetector extends Agent {
  private static final double WEIGHT = 0.1;
  private static final int WARM_UP = 10;

  private double mean;
  private double variance;
  private int seen;

  @Override
  protected AgentProfile profile() {
    return AgentProfile.of("drift-detector")
        .about("measurements, metrics and latencies that are unusual or drift")
        .can("metrics", "anomalies");
  }

  @Override
  protected void onOutcome(Outcome outcome) {
    if (!(outcome.payload().getValue("value") instanceof Number number)) {
      return;
    }
    double value = number.doubleValue();
    double distance = value - mean;
    double deviations = variance == 0 ? 0 : Math.abs(distance) / Math.sqrt(variance);
    if (seen >= WARM_UP && deviations > 4) {
      Future<?> _ =
          emit(
              Emission.of(JsonObject.of("value", value, "usual", mean, "deviations", deviations))
                  .confidence(1 - 1 / (deviations * deviations))
                  .from(outcome));
      return;
    }
    mean += seen == 0 ? distance : WEIGHT * distance;
    variance = seen == 0 ? 0 : (1 - WEIGHT) * (variance + WEIGHT * distance * distance);
    seen++;
  }
}
