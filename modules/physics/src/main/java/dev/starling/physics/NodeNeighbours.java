/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.Adjacency;
import dev.starling.graphs.Graph;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.json.JsonOutput;
import dev.starling.protocol.mesh.PhysicsMessage.Neighbours;
import dev.starling.protocol.mesh.PhysicsMessage.NeighboursQuery;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** A node with those that it has edges to. The simulation's thread only. */
final class NodeNeighbours {
  private NodeNeighbours() {}

  /**
   * The neighbours of the node that is asked for; those with the heaviest edges where there are
   * more than wanted.
   */
  static Neighbours of(GraphStore store, NeighboursQuery asked) {
    Graph graph = store.graph();
    Adjacency adjacency = graph.adjacency();
    int slot = Interactions.find(store, asked.node());
    List<Integer> edges =
        IntStream.range(adjacency.start(slot), adjacency.end(slot))
            .boxed()
            .sorted(Comparator.comparingDouble(edge -> -adjacency.weights()[edge]))
            .limit(asked.limit())
            .toList();
    byte[] json =
        JsonOutput.bytes(out -> {
          out.writeStartObject();
          out.writeObjectFieldStart("node");
          NodeJson.write(out, graph, slot);
          out.writeEndObject();
          out.writeArrayFieldStart("neighbours");
          for (int edge : edges) {
            out.writeStartObject();
            NodeJson.write(out, graph, adjacency.neighbours()[edge]);
            out.writeNumberField("weight", adjacency.weights()[edge]);
            out.writeEndObject();
          }
          out.writeEndArray();
          out.writeNumberField("total", adjacency.end(slot) - adjacency.start(slot));
          out.writeEndObject();
        });
    return new Neighbours(new RawJson(json));
  }
}
