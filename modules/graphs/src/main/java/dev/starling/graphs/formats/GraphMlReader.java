/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import static dev.starling.graphs.formats.FormatException.quoted;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads GraphML 1.0. A node's key is its {@code id}; {@code label} (or {@code name}), {@code kind},
 * {@code x}, {@code y}, {@code z} and an edge's {@code weight} are its data of these {@code
 * attr.name}s, with their defaults. Nested graphs are read as parts of the one; ports and other
 * data are passed over, hyperedges refused.
 */
final class GraphMlReader implements GraphReader {
  private static final int MOST_ATTRIBUTES = 10_000;

  @Override
  public GraphDocument read(InputStream in, ReadOptions options) throws IOException {
    return new Reading(new XmlInput(new Utf8Text(in, options.mostBytes())), options).read();
  }

  /** An attribute that a {@code <key>} declares. */
  private record Attribute(String name, String domain) {
    boolean isOf(String element) {
      return domain.equals(element) || domain.equals("all");
    }
  }

  /** A node or an edge that has not ended. */
  private record Open(String element, int node, int source, int target, ElementFields fields) {}

  /** One document on its way in. */
  private static final class Reading {
    private final XmlInput xml;
    private final DocumentBuilder document;
    private final Map<String, Attribute> attributes = new HashMap<>();
    private final Map<Attribute, String> standards = new LinkedHashMap<>();
    private final Deque<Open> open = new ArrayDeque<>();
    private boolean isGraph;

    Reading(XmlInput xml, ReadOptions options) {
      this.xml = xml;
      this.document = new DocumentBuilder(options);
    }

    GraphDocument read() throws IOException {
      xml.root("GraphML", "graphml");
      while (xml.next()) {
        if (xml.isStart()) {
          start();
        } else {
          end();
        }
      }
      if (!isGraph) {
        throw new FormatException(
            xml, "GraphML: expected a <graph>", "none", "check that the document is GraphML");
      }
      return document.build();
    }

    private void start() throws IOException {
      switch (xml.name()) {
        case "graph" -> isGraph = true;
        case "key" -> declare();
        case "node" -> startNode();
        case "edge" -> startEdge();
        case "data" -> readData();
        case "hyperedge" ->
            throw new FormatException(
                xml,
                "GraphML: expected edges of two ends",
                "a <hyperedge>",
                "make it a node that is tied to each of its ends");
        default -> {
          // Ports, descriptions and what tools add.
        }
      }
    }

    private void declare() throws IOException {
      String id = xml.required("id");
      String name = xml.attribute("attr.name");
      String domain = domainOf(xml.attribute("for"));
      String standard = null;
      while (xml.next() && xml.isStart()) {
        String content = xml.name();
        String text = xml.content();
        standard = content.equals("default") ? text : standard;
      }
      if (attributes.size() == MOST_ATTRIBUTES) {
        throw new FormatException(
            xml, "GraphML: expected at most " + MOST_ATTRIBUTES + " keys", "more", "remove some");
      }
      Attribute attribute = new Attribute(name == null ? id : name, domain);
      attributes.put(id, attribute);
      if (standard != null && ElementFields.isKnown(attribute.name())) {
        standards.put(attribute, standard);
      }
    }

    private static String domainOf(@Nullable String declared) {
      return declared == null ? "all" : declared;
    }

    private void startNode() throws FormatException {
      int node = document.node(xml.required("id"), xml);
      open.push(new Open("node", node, 0, 0, standard("node")));
    }

    private void startEdge() throws FormatException {
      int source = document.reference(xml.required("source"), xml);
      int target = document.reference(xml.required("target"), xml);
      open.push(new Open("edge", References.NOBODY, source, target, standard("edge")));
    }

    private ElementFields standard(String element) throws FormatException {
      ElementFields fields = new ElementFields();
      for (Map.Entry<Attribute, String> one : standards.entrySet()) {
        if (one.getKey().isOf(element)) {
          fields.put(one.getKey().name(), one.getValue(), xml);
        }
      }
      return fields;
    }

    private void readData() throws IOException {
      String key = xml.required("key");
      Attribute attribute = attributes.get(key);
      if (attribute == null) {
        throw new FormatException(
            xml,
            "GraphML: expected data of a <key> that the document declares",
            quoted(key),
            "declare it before the graph");
      }
      String value = xml.content();
      Open around = open.peek();
      if (around != null && attribute.isOf(around.element())) {
        around.fields().put(attribute.name(), value, xml);
      }
    }

    private void end() throws FormatException {
      switch (xml.name()) {
        case "node" -> {
          Open node = open.pop();
          node.fields().describe(node.node(), document, xml);
        }
        case "edge" -> {
          Open edge = open.pop();
          document.edge(edge.source(), edge.target(), edge.fields().weight(), xml);
        }
        default -> {
          // The others ended with their content, or had none.
        }
      }
    }
  }
}
