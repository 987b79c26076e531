/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

/**
 * A swarm to be started.
 *
 * @param topology a word that the server knows, such as {@code mesh}
 * @param maxAgents how many agents it may have, at least 1
 * @param strategy a word that the server knows, such as {@code balanced}
 */
public record SwarmPlan(String topology, int maxAgents, String strategy) {
  /** Refuses empty words and fewer agents than one. */
  public SwarmPlan {
    if (topology.isBlank() || strategy.isBlank()) {
      throw new IllegalArgumentException("a swarm needs a topology and a strategy");
    }
    if (maxAgents < 1) {
      throw new IllegalArgumentException("a swarm of " + maxAgents + " agents");
    }
  }
}
