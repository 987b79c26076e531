/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads GEXF 1.2 and 1.3. A node's key is its {@code id}; its place is that of {@code
 * viz:position}; {@code kind} is an attribute value of that title; an edge's weight is its {@code
 * weight}. Nodes within nodes are read like all others. Times, and what is shown in other ways, are
 * passed over.
 */
final class GexfReader implements GraphReader {
  private static final int MOST_ATTRIBUTES = 10_000;

  @Override
  public GraphDocument read(InputStream in, ReadOptions options) throws IOException {
    return new Reading(new XmlInput(new Utf8Text(in, options.mostBytes())), options).read();
  }

  /** A node that has not ended. */
  private record OpenNode(int node, ElementFields fields) {}

  /** One document on its way in. */
  private static final class Reading {
    private final XmlInput xml;
    private final DocumentBuilder document;
    private final Map<String, String> titles = new HashMap<>();
    private final Deque<OpenNode> open = new ArrayDeque<>();
    private boolean isOfNodes;
    private boolean isInEdge;
    private boolean isGraph;

    Reading(XmlInput xml, ReadOptions options) {
      this.xml = xml;
      this.document = new DocumentBuilder(options);
    }

    GraphDocument read() throws IOException {
      xml.root("GEXF", "gexf");
      while (xml.next()) {
        if (xml.isStart()) {
          start();
        } else {
          end();
        }
      }
      if (!isGraph) {
        throw new FormatException(
            xml, "GEXF: expected a <graph>", "none", "check that the document is GEXF");
      }
      return document.build();
    }

    private void start() throws FormatException {
      switch (xml.name()) {
        case "graph" -> isGraph = true;
        case "attributes" -> isOfNodes = "node".equals(xml.attribute("class"));
        case "attribute" -> declare();
        case "node" -> startNode();
        case "edge" -> readEdge();
        case "attvalue" -> readValue();
        case "position" -> readPosition();
        default -> {
          // Descriptions, colours, spells and what tools add.
        }
      }
    }

    private void declare() throws FormatException {
      String id = xml.required("id");
      String title = xml.attribute("title");
      if (!isOfNodes) {
        return;
      }
      if (titles.size() == MOST_ATTRIBUTES) {
        throw new FormatException(
            xml,
            "GEXF: expected at most " + MOST_ATTRIBUTES + " attributes of nodes",
            "more",
            "remove some");
      }
      titles.put(id, title == null ? id : title);
    }

    private void startNode() throws FormatException {
      int node = document.node(xml.required("id"), xml);
      ElementFields fields = new ElementFields();
      putAttribute(fields, "label");
      open.push(new OpenNode(node, fields));
    }

    private void readEdge() throws FormatException {
      isInEdge = true;
      ElementFields fields = new ElementFields();
      putAttribute(fields, "weight");
      document.edge(
          document.reference(xml.required("source"), xml),
          document.reference(xml.required("target"), xml),
          fields.weight(),
          xml);
    }

    private void readValue() throws FormatException {
      String attribute = xml.attribute("for");
      String value = xml.attribute("value");
      OpenNode node = isInEdge ? null : open.peek();
      if (node != null && value != null && "kind".equals(title(attribute))) {
        node.fields().put("kind", value, xml);
      }
    }

    private @Nullable String title(@Nullable String attribute) {
      return attribute == null ? null : titles.get(attribute);
    }

    private void readPosition() throws FormatException {
      OpenNode node = isInEdge ? null : open.peek();
      if (node != null) {
        putAttribute(node.fields(), "x");
        putAttribute(node.fields(), "y");
        putAttribute(node.fields(), "z");
      }
    }

    private void putAttribute(ElementFields fields, String name) throws FormatException {
      String value = xml.attribute(name);
      if (value != null) {
        fields.put(name, value, xml);
      }
    }

    private void end() throws FormatException {
      switch (xml.name()) {
        case "node" -> {
          OpenNode node = open.pop();
          node.fields().describe(node.node(), document, xml);
        }
        case "edge" -> isInEdge = false;
        default -> {
          // Everything else is in attributes.
        }
      }
    }
  }
}
