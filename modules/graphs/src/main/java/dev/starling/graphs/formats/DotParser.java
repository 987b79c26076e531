/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the statements of a graph in DOT into a document. One thread, one document. */
final class DotParser {
  private final DotLexer lexer;
  private final DocumentBuilder document;
  private DotToken token;
  private boolean isDirected;

  DotParser(DotLexer lexer, DocumentBuilder document) throws IOException {
    this.lexer = lexer;
    this.document = document;
    this.token = lexer.next();
  }

  /** Reads the one graph of the document. */
  void readGraph() throws IOException {
    if (token.isKeyword("strict")) {
      take();
    }
    isDirected = token.isKeyword("digraph");
    if (!isDirected && !token.isKeyword("graph")) {
      throw unexpected("graph or digraph");
    }
    take();
    if (token.isName()) {
      take();
    }
    readBlock(DotScope.root());
    if (token.type() != DotToken.Type.END) {
      throw unexpected("one graph and no more");
    }
  }

  private void readBlock(DotScope scope) throws IOException {
    expect("{");
    while (!token.isMark("}")) {
      if (token.isMark(";")) {
        take();
      } else {
        readStatement(scope);
      }
    }
    take();
  }

  private void readStatement(DotScope scope) throws IOException {
    if (token.isKeyword("graph")) {
      take();
      readAttributes(new DotAttributes());
    } else if (token.isKeyword("node")) {
      take();
      readAttributes(scope.nodes());
    } else if (token.isKeyword("edge")) {
      take();
      readAttributes(scope.edges());
    } else if (isGroup()) {
      readEdges(readGroup(scope), scope);
    } else {
      readNamed(scope);
    }
  }

  /** A statement that begins with a name: of a node, or of an attribute of the graph. */
  private void readNamed(DotScope scope) throws IOException {
    DotToken name = name("a statement");
    if (token.isMark("=")) {
      take();
      name("a value");
      return;
    }
    int node = node(name, scope);
    if (token.isEdgeMark()) {
      readEdges(new int[] {node}, scope);
    } else {
      DotAttributes attributes = new DotAttributes();
      readAttributes(attributes);
      attributes.describe(node, document);
    }
  }

  private int node(DotToken name, DotScope scope) throws IOException {
    DotAttributes.requirePlain("key of a node", name);
    for (int ports = 0; token.isMark(":") && ports < 2; ports++) {
      take();
      name("a port");
    }
    int known = document.size();
    int node = document.named(key(name), name);
    if (node == known) {
      scope.nodes().describe(node, document);
    }
    scope.add(node);
    return node;
  }

  private static String key(DotToken name) {
    return name.type() == DotToken.Type.QUOTED ? DotText.name(name.text()) : name.text();
  }

  private boolean isGroup() {
    return token.isMark("{") || token.isKeyword("subgraph");
  }

  private int[] readGroup(DotScope scope) throws IOException {
    DotScope inner = scope.inner(token);
    if (token.isKeyword("subgraph")) {
      take();
      if (token.isName()) {
        take();
      }
    }
    readBlock(inner);
    int[] members = inner.members();
    scope.add(members);
    return members;
  }

  /** What is behind the first end of a chain of edges, which is all where there is no edge. */
  private void readEdges(int[] first, DotScope scope) throws IOException {
    List<int[]> chain = new ArrayList<>();
    chain.add(first);
    DotToken start = token;
    while (token.isEdgeMark()) {
      requireOwnEdgeMark();
      take();
      chain.add(isGroup() ? readGroup(scope) : new int[] {node(name("the end of an edge"), scope)});
    }
    if (chain.size() > 1) {
      DotAttributes attributes = scope.edges().copy();
      readAttributes(attributes);
      connect(chain, attributes.weight(), start);
    }
  }

  private void connect(List<int[]> chain, float weight, Locator at) throws FormatException {
    for (int i = 1; i < chain.size(); i++) {
      for (int source : chain.get(i - 1)) {
        for (int target : chain.get(i)) {
          document.edge(reference(source, at), reference(target, at), weight, at);
        }
      }
    }
  }

  private int reference(int node, Locator at) throws FormatException {
    return document.reference(document.key(node), at);
  }

  private void requireOwnEdgeMark() throws FormatException {
    if (token.isMark(isDirected ? "--" : "->")) {
      throw new FormatException(
          token,
          isDirected ? "DOT: expected -> in a digraph" : "DOT: expected -- in a graph",
          token.shown(),
          "use the same in all of the document");
    }
  }

  private void readAttributes(DotAttributes attributes) throws IOException {
    while (token.isMark("[")) {
      take();
      while (!token.isMark("]")) {
        readAttribute(attributes);
      }
      take();
    }
  }

  private void readAttribute(DotAttributes attributes) throws IOException {
    String name = key(name("an attribute or ]"));
    expect("=");
    attributes.put(name, name("a value"));
    if (token.isMark(",") || token.isMark(";")) {
      take();
    }
  }

  private DotToken name(String what) throws IOException {
    if (!token.isName()) {
      throw unexpected(what);
    }
    return take();
  }

  private void expect(String mark) throws IOException {
    if (!token.isMark(mark)) {
      throw unexpected(mark);
    }
    take();
  }

  private DotToken take() throws IOException {
    DotToken taken = token;
    token = lexer.next();
    return taken;
  }

  private FormatException unexpected(String expected) {
    return new FormatException(
        token, "DOT: expected " + expected, token.shown(), "correct the document there");
  }
}
