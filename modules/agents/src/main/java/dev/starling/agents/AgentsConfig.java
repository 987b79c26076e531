/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.agents.model.ModelConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a node hosts agents.
 *
 * @param folder where jars with more kinds of agents are; empty for none
 * @param most agents of this node at most
 * @param inbox outcomes and tasks that may wait for one agent
 * @param start kinds of which one agent each is started with the node
 * @param swarms the names of the swarms that the node may follow
 * @param model what the mesh's own agents write with; empty for their own sentences only
 */
public record AgentsConfig(
    Optional<Path> folder,
    int most,
    int inbox,
    List<String> start,
    List<String> swarms,
    Optional<ModelConfig> model) {
  /** Refuses what is below one. */
  public AgentsConfig {
    start = List.copyOf(start);
    swarms = List.copyOf(swarms);
    if (most < 1 || inbox < 1) {
      throw new IllegalArgumentException("most and inbox are at least 1");
    }
  }
}
