/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.Crew;
import dev.starling.graphs.layout.LayoutParameters;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.GraphEdit.PutEdge;
import dev.starling.protocol.mesh.GraphEdit.PutNode;
import java.util.ArrayList;
import java.util.List;

/** Small worlds, as tests need them. */
final class Worlds {
  private Worlds() {}

  static World empty(List<GraphEdit> log) {
    return new World(new GraphStore(100_000), LayoutParameters.defaults(), 1, log::addAll);
  }

  /** Knowledge in a ring: n0, n1, … */
  static World ring(int nodes) {
    World world = empty(new ArrayList<>());
    world.apply(ringEdits(nodes));
    return world;
  }

  static List<GraphEdit> ringEdits(int nodes) {
    List<GraphEdit> edits = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      edits.add(new PutNode(i, false, true, "n" + i, "node " + i));
    }
    for (int i = 0; i < nodes; i++) {
      edits.add(new PutEdge(i, (i + 1) % nodes, 1, 1));
    }
    return edits;
  }

  static void ticks(World world, int count) {
    for (int i = 0; i < count; i++) {
      world.tick(Crew.ALONE);
    }
  }
}
