/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import org.jspecify.annotations.Nullable;

/**
 * An agent that somebody wants started.
 *
 * @param kind one that a node of the mesh offers
 * @param name what it is called; null for the kind's own name
 * @param profile what it is about, in words; null for the kind's own
 * @param node the id or the name of the node that is to run it; null for any
 * @param swarm the name of the swarm that is to spawn it; null where that is left to the mesh
 */
public record SpawnRequest(
    String kind,
    @Nullable String name,
    @Nullable String profile,
    @Nullable String node,
    @Nullable String swarm) {

  /** One that no swarm in particular is to spawn. */
  public SpawnRequest(
      String kind, @Nullable String name, @Nullable String profile, @Nullable String node) {
    this(kind, name, profile, node, null);
  }
}
