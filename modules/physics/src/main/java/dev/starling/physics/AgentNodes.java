/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.Graph;
import dev.starling.graphs.NodeKind;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.GraphEdit.DropNode;
import dev.starling.protocol.mesh.GraphEdit.PutNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The agents of the mesh as nodes of the graph, keyed by their ids. A node that somebody put in
 * becomes an agent while there is one of its key, and stays when that goes. Stateless; on the
 * simulation's thread.
 */
final class AgentNodes {
  private AgentNodes() {}

  /**
   * Makes nodes of agents.
   *
   * @param labels of agents by their ids
   * @param maxNodes that the graph may have
   * @return how many found no room
   */
  static int join(World world, Map<String, String> labels, int maxNodes) {
    Graph graph = world.graph();
    List<GraphEdit> edits = new ArrayList<>();
    List<String> fresh = new ArrayList<>();
    labels.forEach((id, label) -> {
      int slot = graph.find(id);
      if (slot == Graph.NOBODY) {
        fresh.add(id);
      } else {
        PutNode now = known(world.store(), slot, label);
        if (!now.equals(world.store().node(slot))) {
          edits.add(now);
        }
      }
    });
    int room = Math.clamp(maxNodes - graph.nodes(), 0, fresh.size());
    int[] slots = graph.nextSlots(room);
    for (int i = 0; i < room; i++) {
      String id = fresh.get(i);
      edits.add(new PutNode(slots[i], true, false, id, labels.getOrDefault(id, id)));
    }
    world.apply(edits);
    return fresh.size() - room;
  }

  /** What somebody called a node stays its label. */
  private static PutNode known(GraphStore store, int slot, String label) {
    PutNode before = store.node(slot);
    String after = before.isKnowledge() ? before.label() : label;
    return new PutNode(slot, true, before.isKnowledge(), before.key(), after);
  }

  /** Removes the nodes of agents that are gone. */
  static void leave(World world, Set<String> ids) {
    List<GraphEdit> edits = new ArrayList<>();
    for (String id : ids) {
      int slot = world.graph().find(id);
      if (slot != Graph.NOBODY && world.graph().kind(slot) == NodeKind.AGENT) {
        PutNode before = world.store().node(slot);
        edits.add(
            before.isKnowledge()
                ? new PutNode(slot, false, true, before.key(), before.label())
                : new DropNode(slot));
      }
    }
    world.apply(edits);
  }

  /** The ids of all agents that have nodes. */
  static Set<String> all(GraphStore store) {
    Graph graph = store.graph();
    Set<String> ids = new HashSet<>();
    for (int slot = 0; slot < graph.slots(); slot++) {
      if (graph.isThere(slot) && graph.kind(slot) == NodeKind.AGENT) {
        ids.add(graph.key(slot));
      }
    }
    return ids;
  }
}
