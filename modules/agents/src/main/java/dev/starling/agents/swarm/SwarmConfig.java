/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.swarm;

import dev.starling.swarms.SwarmEndpoint;
import java.util.List;
import java.util.Optional;

/**
 * A swarm that an operator named.
 *
 * @param name what it is called in the mesh; the same on every node that may follow it
 * @param endpoint where its server is, for this node
 * @param kinds what it spawns for whoever asks the mesh for such an agent, where its server can;
 *     empty for the mesh's own kinds
 * @param tasks how many tasks one of its agents takes at a time, 0 for none; empty for one of a
 *     server that is an agent itself, and none of others: these keep books of tasks that somebody
 *     else has to do
 */
public record SwarmConfig(
    String name, SwarmEndpoint endpoint, List<String> kinds, Optional<Integer> tasks) {
  /** Copies the list. */
  public SwarmConfig {
    kinds = List.copyOf(kinds);
  }
}
