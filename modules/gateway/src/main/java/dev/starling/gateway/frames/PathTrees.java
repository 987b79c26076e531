/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

import dev.starling.protocol.frame.PathColumns;
import dev.starling.protocol.frame.SourcePaths;
import java.util.Map;

/**
 * The shortest paths that a gateway has. Immutable.
 *
 * @param hub slot of the node whose paths go to who chose none; −1 for none
 * @param bySource by the slot of their source
 */
public record PathTrees(int hub, Map<Integer, PathColumns> bySource) {
  /** None. */
  public static final PathTrees NONE = new PathTrees(PathColumns.NONE, Map.of());

  /** Takes the map as it is now. */
  public PathTrees {
    bySource = Map.copyOf(bySource);
  }

  /** The slot that a wish's source stands for. */
  int slot(int source) {
    return source == Wish.HUB ? hub : source;
  }

  /** The paths from a slot; from none where it is −1. */
  SourcePaths from(int slot) {
    return slot < 0 ? SourcePaths.NONE : new SourcePaths(slot, bySource.get(slot));
  }
}
