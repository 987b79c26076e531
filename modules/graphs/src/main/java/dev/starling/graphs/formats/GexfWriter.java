/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;

/** Writes GEXF 1.3: nodes with label, kind and place, and weighted edges. */
final class GexfWriter implements GraphWriter {
  private static final String HEAD =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">
      <graph defaultedgetype="undirected">
      <attributes class="node"><attribute id="kind" title="kind" type="string"/></attributes>
      """;

  @Override
  public void write(GraphDocument document, OutputStream out) throws IOException {
    Writer xml = TextOutput.of(out);
    xml.write(HEAD);
    xml.write("<nodes>\n");
    for (int node = 0; node < document.listed(); node++) {
      writeNode(document, node, xml);
    }
    xml.write("</nodes>\n<edges>\n");
    for (int edge = 0; edge < document.edges(); edge++) {
      writeEdge(document, edge, xml);
    }
    xml.write("</edges>\n</graph>\n</gexf>\n");
    xml.flush();
  }

  private static void writeNode(GraphDocument document, int node, Writer xml) throws IOException {
    xml.write("<node");
    XmlOutput.attribute(xml, "id", document.key(node));
    XmlOutput.attribute(xml, "label", document.label(node));
    TextOutput.write(
        xml,
        "><attvalues><attvalue for=\"kind\" value=\"",
        FieldRules.name(document.kind(node)),
        "\"/></attvalues>");
    if (document.isPlaced(node)) {
      xml.write("<viz:position");
      XmlOutput.attribute(xml, "x", TextOutput.number(document.x(node)));
      XmlOutput.attribute(xml, "y", TextOutput.number(document.y(node)));
      XmlOutput.attribute(xml, "z", TextOutput.number(document.z(node)));
      xml.write("/>");
    }
    xml.write("</node>\n");
  }

  private static void writeEdge(GraphDocument document, int edge, Writer xml) throws IOException {
    xml.write("<edge");
    XmlOutput.attribute(xml, "id", Integer.toString(edge));
    XmlOutput.attribute(xml, "source", document.key(document.source(edge)));
    XmlOutput.attribute(xml, "target", document.key(document.target(edge)));
    XmlOutput.attribute(xml, "weight", TextOutput.number(document.weight(edge)));
    xml.write("/>\n");
  }
}
