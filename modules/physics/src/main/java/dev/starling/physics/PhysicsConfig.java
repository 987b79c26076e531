/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the simulator of a node is set up.
 *
 * @param maxNodes most nodes of the graph
 * @param maxEdges most edges of the graph
 * @param maxSources most nodes that shortest paths are kept from at a time
 * @param maxDocument longest document that may be imported, in bytes
 * @param rate most ticks a second
 * @param threads that compute a tick of a large graph
 * @param seed of the places that nodes begin at
 * @param folder where the graph is kept on disk; empty where it is not
 */
public record PhysicsConfig(
    int maxNodes,
    int maxEdges,
    int maxSources,
    long maxDocument,
    int rate,
    int threads,
    long seed,
    Optional<Path> folder) {

  /** Ticks a second that clients are promised while the machine can bear it. */
  public static final int FULL_RATE = 60;

  /** Refuses what is below one. */
  public PhysicsConfig {
    require("maxNodes", maxNodes);
    require("maxEdges", maxEdges);
    require("maxSources", maxSources);
    require("maxDocument", maxDocument);
    require("rate", rate);
    require("threads", threads);
  }

  private static void require(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + ", not at least 1");
    }
  }
}
