/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.mesh.GraphEdit.DropEdge;
import dev.starling.protocol.mesh.GraphEdit.DropNode;
import dev.starling.protocol.mesh.GraphEdit.Pin;
import dev.starling.protocol.mesh.GraphEdit.PutEdge;
import dev.starling.protocol.mesh.GraphEdit.PutNode;
import dev.starling.protocol.mesh.GraphEdit.Unpin;

/** {@link GraphEdit}s on the wire, each behind its number. */
final class GraphEditWire {
  private GraphEditWire() {}

  static void write(WireWriter out, GraphEdit edit) {
    switch (edit) {
      case PutNode(int slot, boolean isAgent, boolean isKnowledge, String key, String label) ->
          out.number(1).number(slot).flag(isAgent).flag(isKnowledge).text(key).text(label);
      case DropNode(int slot) -> out.number(2).number(slot);
      case PutEdge(int a, int b, float weight, float own) ->
          out.number(3).number(a).number(b).single(weight).single(own);
      case DropEdge(int a, int b) -> out.number(4).number(a).number(b);
      case Pin(int slot, float x, float y, float z) ->
          out.number(5).number(slot).single(x).single(y).single(z);
      case Unpin(int slot) -> out.number(6).number(slot);
    }
  }

  static GraphEdit read(WireReader in) {
    int number = in.integer();
    return switch (number) {
      case 1 -> new PutNode(in.integer(), in.flag(), in.flag(), in.text(), in.text());
      case 2 -> new DropNode(in.integer());
      case 3 -> new PutEdge(in.integer(), in.integer(), in.single(), in.single());
      case 4 -> new DropEdge(in.integer(), in.integer());
      case 5 -> new Pin(in.integer(), in.single(), in.single(), in.single());
      case 6 -> new Unpin(in.integer());
      default -> throw new WireException("no edit of a graph has the number " + number);
    };
  }
}
