/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.graphs.Graph;
import dev.starling.graphs.NodeKind;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.json.JsonOutput;
import java.io.IOException;
import java.util.Arrays;

/** Nodes as clients that ask for a few are told of them. The simulation's thread only. */
final class NodeJson {
  private NodeJson() {}

  /** The first nodes of {@code slots}, at most so many, but for those that have gone meanwhile. */
  static RawJson of(Graph graph, int[] slots, int most) {
    int[] first = Arrays.stream(slots).limit(most).filter(graph::isThere).toArray();
    return new RawJson(
        JsonOutput.bytes(out -> {
          out.writeStartArray();
          for (int slot : first) {
            out.writeStartObject();
            write(out, graph, slot);
            out.writeEndObject();
          }
          out.writeEndArray();
        }));
  }

  /** Writes the members of a node into an object that is open. */
  static void write(JsonGenerator out, Graph graph, int slot) throws IOException {
    out.writeNumberField("id", slot);
    out.writeStringField("key", graph.key(slot));
    out.writeStringField("label", graph.label(slot));
    out.writeStringField("kind", graph.kind(slot) == NodeKind.AGENT ? "agent" : "knowledge");
  }
}
