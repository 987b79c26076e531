/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads DOT: {@code graph} and {@code digraph}, with statements for nodes and edges, chains, groups
 * of nodes as ends, subgraphs (whose nodes become nodes like all others) and what scopes say of all
 * in them. Of attributes it takes {@code label}, {@code kind} and {@code pos} of nodes and {@code
 * weight} of edges. Naming a node lists it. A text between angle brackets can be neither a key nor
 * a label.
 */
final class DotReader implements GraphReader {
  @Override
  public GraphDocument read(InputStream in, ReadOptions options) throws IOException {
    DocumentBuilder document = new DocumentBuilder(options);
    new DotParser(new DotLexer(new CharInput(in, options.mostBytes())), document).readGraph();
    return document.build();
  }
}
