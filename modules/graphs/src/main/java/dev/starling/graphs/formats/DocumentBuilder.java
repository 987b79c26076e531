/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import static dev.starling.graphs.formats.FormatException.quoted;

import java.util.stream.IntStream;

/**
 * Puts a document together as its reader meets nodes and edges, in whatever order, and holds it to
 * the rules that all formats share. Ends of edges are names until {@link #build}, since a node may
 * be listed behind its edges. One thread, one document.
 */
final class DocumentBuilder {
  private static final String NODE_BOUND = "send fewer, or ask the operator for a higher bound";

  private final ReadOptions options;
  private final NodeColumns nodes = new NodeColumns(0);
  private final EdgeColumns edges = new EdgeColumns(0);
  private final References keys = new References();
  private final References numbers = new References();
  private final References ids = new References();

  /** Where each node that is not listed was named first, in the order of these nodes. */
  private final IntStream.Builder unlistedLines = IntStream.builder();

  DocumentBuilder(ReadOptions options) {
    this.options = options;
  }

  /** A node that the document lists, and may list only once. */
  int node(String key, Locator at) throws FormatException {
    int name = keys.number(FieldRules.key(key, at), at);
    if (keys.node(name) != References.NOBODY) {
      throw new FormatException(
          at,
          "key of a node: expected each key once",
          quoted(key) + " again",
          "remove one of them");
    }
    return add(name, at);
  }

  /** A node by its key; it is listed by being named. */
  int named(String key, Locator at) throws FormatException {
    int name = keys.number(FieldRules.key(key, at), at);
    int node = keys.node(name);
    return node == References.NOBODY ? add(name, at) : node;
  }

  /** A name for {@link #edge} of a node that is listed by being named. */
  int listed(String key, Locator at) throws FormatException {
    int name = keys.number(FieldRules.key(key, at), at);
    if (keys.node(name) == References.NOBODY) {
      add(name, at);
    }
    return name;
  }

  private int add(int name, Locator at) throws FormatException {
    if (nodes.size() >= options.mostNodes()) {
      throw new FormatException(
          at,
          "nodes: expected at most " + options.mostNodes(),
          "one more, " + quoted(keys.name(name)),
          NODE_BOUND);
    }
    int node = nodes.add(keys.name(name));
    keys.stand(name, node);
    return node;
  }

  /** Another name for a node, by which edges may speak of it where no node has it for its key. */
  void alias(int node, String id, boolean isNumber, Locator at) throws FormatException {
    References names = isNumber ? numbers : ids;
    int name = names.number(FieldRules.key(id, at), at);
    if (names.node(name) != References.NOBODY) {
      throw new FormatException(
          at, "id of a node: expected each id once", quoted(id) + " again", "change one of them");
    }
    names.stand(name, node);
  }

  /** Says that the node has no key but its number. */
  void setNumbered(int node) {
    nodes.setNumbered(node);
  }

  void setLabel(int node, String label, Locator at) throws FormatException {
    nodes.setLabel(node, FieldRules.label(label, at));
  }

  void setKind(int node, String kind, Locator at) throws FormatException {
    nodes.setKind(node, FieldRules.kind(kind, at));
  }

  void setPlace(int node, float x, float y, float z) {
    nodes.setPlace(node, x, y, z);
  }

  /** How many nodes there are so far. */
  int size() {
    return nodes.size();
  }

  String key(int node) {
    return nodes.key(node);
  }

  /** A name for {@link #edge}. */
  int reference(String name, Locator at) throws FormatException {
    return keys.number(FieldRules.key(name, at), at);
  }

  /** A number for {@link #edge} which is that of a node, or its key in digits. */
  int numberReference(String digits, Locator at) throws FormatException {
    return ~numbers.number(FieldRules.key(digits, at), at);
  }

  void edge(int source, int target, float weight, Locator at) throws FormatException {
    if (edges.size() >= options.mostEdges()) {
      throw new FormatException(
          at,
          "edges: expected at most " + options.mostEdges(),
          "one more",
          "send fewer, or ask the operator for a higher bound");
    }
    edges.add(source, target, weight);
  }

  /** The document, once all of it was read. */
  GraphDocument build() throws FormatException {
    int listed = nodes.size();
    takeUnlisted(numbers, listed);
    takeUnlisted(keys, listed);
    return EdgeList.document(this::nodeOf, nodes, edges, unlistedLines.build().toArray());
  }

  private void takeUnlisted(References names, int listed) throws FormatException {
    for (int name = 0; name < names.size(); name++) {
      if (names.node(name) == References.NOBODY) {
        int meant = meant(names, names.name(name), listed);
        names.stand(name, meant == References.NOBODY ? unlisted(names, name) : meant);
      }
    }
  }

  /** The listed node that a name stands for although it is not that node's own sort of name. */
  private int meant(References names, String text, int listed) {
    if (names == numbers) {
      return keys.nodeOf(text);
    }
    int node = ids.nodeOf(text);
    int numbered = numbers.nodeOf(text);
    return node == References.NOBODY && numbered < listed ? numbered : node;
  }

  private int unlisted(References names, int name) throws FormatException {
    String text = names.name(name);
    if (!options.takesUnlistedEnds()) {
      throw new FormatException(
          names.line(name),
          0,
          "end of an edge: expected a node of the document",
          quoted(text),
          "list that node, or correct the edge");
    }
    if (nodes.size() >= options.mostNodes()) {
      throw new FormatException(
          names.line(name),
          0,
          "nodes: expected at most " + options.mostNodes(),
          "more",
          NODE_BOUND);
    }
    int node = nodes.add(text);
    unlistedLines.add(names.line(name));
    if (names == numbers) {
      nodes.setNumbered(node);
    }
    return node;
  }

  private int nodeOf(int reference) {
    return reference >= 0 ? keys.node(reference) : numbers.node(~reference);
  }
}
