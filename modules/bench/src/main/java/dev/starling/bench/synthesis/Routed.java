/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.synthesis;

import java.util.List;

/**
 * An outcome that the mesh took.
 *
 * @param atMillis since 1970, by the node
 * @param source the agent that emitted it
 * @param hops how many syntheses deep it is
 * @param isExpired whether that was too deep, so that nobody has it
 * @param receivers the agents that it was for
 */
record Routed(long atMillis, String source, int hops, boolean isExpired, List<String> receivers) {
  Routed {
    receivers = List.copyOf(receivers);
  }
}
