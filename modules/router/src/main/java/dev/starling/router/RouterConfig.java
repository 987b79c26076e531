/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import java.time.Duration;
import java.util.Map;

/**
 * How outcomes are routed; section {@code router} of the configuration.
 *
 * @param similarityThreshold the least cosine at which an outcome is delivered, in (0, 1]
 * @param spaceThresholds the same, for single spaces by name
 * @param maxAgents registrations one router holds at most, 1–10 000 000
 * @param maxBacklog outcomes waiting in one router before it refuses, 1–1 000 000
 * @param dedupeWindow how long an outcome id is remembered, 1 s–1 h
 * @param dedupeEntries outcome ids remembered at most per router, and as many outcomes that others
 *     may derive from, 1–10 000 000
 * @param maxHops how many syntheses deep an outcome is still routed, 1–1000
 * @param recentOutcomes outcomes that {@code GET /api/outcomes} can look back on, 1–100 000
 * @param kernels which similarity kernels run: {@code auto}, {@code simd} or {@code scalar}
 */
public record RouterConfig(
    double similarityThreshold,
    Map<String, Double> spaceThresholds,
    int maxAgents,
    int maxBacklog,
    Duration dedupeWindow,
    int dedupeEntries,
    int maxHops,
    int recentOutcomes,
    Kernels kernels) {

  /** Which implementation of the similarity kernels a router uses. */
  public enum Kernels {
    AUTO,
    SIMD,
    SCALAR
  }

  public RouterConfig {
    spaceThresholds = Map.copyOf(spaceThresholds);
  }
}
