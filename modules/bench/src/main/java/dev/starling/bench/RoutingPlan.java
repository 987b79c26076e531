/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the routing benchmark runs.
 *
 * @param rounds turns that every system gets, interleaved; at least 1
 * @param workload who emits what
 * @param window closed loop: unacknowledged outcomes per agent
 * @param rate open loop: outcomes per second over all agents; 0 leaves it out
 * @param prime closed loop on each fresh server before the first round
 * @param warmup before each measured run
 * @param duration of each measured run; compressed runs take half
 * @param drain longest wait for deliveries after a run
 * @param compression whether to run with clients that offer compression
 * @param memoryAgents idle agents in the memory measurement; 0 leaves it out
 * @param browserSamples deliveries to time inside Chromium per round; 0 leaves it out
 * @param restSamples REST samples per round; 0 leaves them out
 * @param chromium the browser's binary, null for the first on the path
 */
record RoutingPlan(
    int rounds,
    Workload workload,
    int window,
    double rate,
    Duration prime,
    Duration warmup,
    Duration duration,
    Duration drain,
    boolean compression,
    int memoryAgents,
    int browserSamples,
    int restSamples,
    @Nullable String chromium) {

  Pace closedLoop(Duration warm, Duration measured) {
    return new Pace(0, window, warm, measured, drain);
  }

  Pace openLoop(double perSecond) {
    return new Pace(perSecond, window, warmup, duration, drain);
  }
}
