/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;

/** Writes GraphML 1.0 with the data label, kind, x, y and z of nodes and weight of edges. */
final class GraphMlWriter implements GraphWriter {
  private static final String HEAD =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
      <key id="label" for="node" attr.name="label" attr.type="string"/>
      <key id="kind" for="node" attr.name="kind" attr.type="string"/>
      <key id="x" for="node" attr.name="x" attr.type="float"/>
      <key id="y" for="node" attr.name="y" attr.type="float"/>
      <key id="z" for="node" attr.name="z" attr.type="float"/>
      <key id="weight" for="edge" attr.name="weight" attr.type="float"/>
      <graph edgedefault="undirected">
      """;

  @Override
  public void write(GraphDocument document, OutputStream out) throws IOException {
    Writer xml = TextOutput.of(out);
    xml.write(HEAD);
    for (int node = 0; node < document.listed(); node++) {
      writeNode(document, node, xml);
    }
    for (int edge = 0; edge < document.edges(); edge++) {
      writeEdge(document, edge, xml);
    }
    xml.write("</graph>\n</graphml>\n");
    xml.flush();
  }

  private static void writeNode(GraphDocument document, int node, Writer xml) throws IOException {
    xml.write("<node");
    XmlOutput.attribute(xml, "id", document.key(node));
    xml.write(">");
    writeData("label", XmlOutput.escaped(document.label(node)), xml);
    writeData("kind", FieldRules.name(document.kind(node)), xml);
    if (document.isPlaced(node)) {
      writeData("x", TextOutput.number(document.x(node)), xml);
      writeData("y", TextOutput.number(document.y(node)), xml);
      writeData("z", TextOutput.number(document.z(node)), xml);
    }
    xml.write("</node>\n");
  }

  private static void writeEdge(GraphDocument document, int edge, Writer xml) throws IOException {
    xml.write("<edge");
    XmlOutput.attribute(xml, "source", document.key(document.source(edge)));
    XmlOutput.attribute(xml, "target", document.key(document.target(edge)));
    xml.write(">");
    writeData("weight", TextOutput.number(document.weight(edge)), xml);
    xml.write("</edge>\n");
  }

  private static void writeData(String key, String value, Writer xml) throws IOException {
    TextOutput.write(xml, "<data key=\"", key, "\">", value, "</data>");
  }
}
