/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the routing benchmark runs.
 *
 * @param rounds turns that every system gets, interleaved; at least 1
 * @param workload who emits what
 * @param pace of the open loop, whose rate 0 leaves it out, and but for the rate of the closed one;
 *     compressed runs take half its time
 * @param prime closed loop on each fresh server before the first round
 * @param compression whether to run with clients that offer compression
 * @param memoryAgents idle agents in the memory measurement; 0 leaves it out
 * @param browserSamples deliveries to time inside Chromium per round; 0 leaves it out
 * @param restSamples REST samples per round; 0 leaves them out
 * @param chromium the browser's binary, null for the first on the path
 */
record RoutingPlan(
    int rounds,
    Workload workload,
    Pace pace,
    Duration prime,
    boolean compression,
    int memoryAgents,
    int browserSamples,
    int restSamples,
    @Nullable String chromium) {

  /** How agents emit that wait for acknowledgements alone. */
  Pace closedLoop() {
    return pace.atRate(0);
  }
}
