/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;

/** Writes DOT: a statement for each node and each edge, every name in quotes. */
final class DotWriter implements GraphWriter {
  @Override
  public void write(GraphDocument document, OutputStream out) throws IOException {
    Writer dot = TextOutput.of(out);
    dot.write("graph {\n");
    for (int node = 0; node < document.listed(); node++) {
      writeNode(document, node, dot);
    }
    for (int edge = 0; edge < document.edges(); edge++) {
      TextOutput.write(
          dot,
          DotText.quoted(document.key(document.source(edge))),
          " -- ",
          DotText.quoted(document.key(document.target(edge))),
          " [weight=\"",
          TextOutput.number(document.weight(edge)),
          "\"];\n");
    }
    dot.write("}\n");
    dot.flush();
  }

  private static void writeNode(GraphDocument document, int node, Writer dot) throws IOException {
    TextOutput.write(
        dot,
        DotText.quoted(document.key(node)),
        " [label=",
        DotText.quoted(document.label(node)),
        ", kind=",
        FieldRules.name(document.kind(node)));
    if (document.isPlaced(node)) {
      TextOutput.write(dot, ", pos=\"", place(document, node), "\"");
    }
    dot.write("];\n");
  }

  private static String place(GraphDocument document, int node) {
    return TextOutput.number(document.x(node))
        + ","
        + TextOutput.number(document.y(node))
        + ","
        + TextOutput.number(document.z(node));
  }
}
