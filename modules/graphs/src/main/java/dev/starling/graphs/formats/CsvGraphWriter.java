/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.util.BitSet;

/**
 * Writes a table of edges with the header {@code source,target,weight} and CRLF (RFC 4180), and a
 * row for each node without edges. Labels, kinds and places are not in it. Keys stand in it as they
 * are, also where a spreadsheet would take them for formulas.
 */
final class CsvGraphWriter implements GraphWriter {
  private static final String ROW_END = "\r\n";

  @Override
  public void write(GraphDocument document, OutputStream out) throws IOException {
    Writer csv = TextOutput.of(out);
    csv.write("source,target,weight" + ROW_END);
    BitSet connected = new BitSet(document.nodes());
    for (int edge = 0; edge < document.edges(); edge++) {
      connected.set(document.source(edge));
      connected.set(document.target(edge));
      TextOutput.write(
          csv,
          field(document.key(document.source(edge))),
          ",",
          field(document.key(document.target(edge))),
          ",",
          TextOutput.number(document.weight(edge)),
          ROW_END);
    }
    for (int node = connected.nextClearBit(0);
        node < document.listed();
        node = connected.nextClearBit(node + 1)) {
      TextOutput.write(csv, field(document.key(node)), ",,", ROW_END);
    }
    csv.flush();
  }

  private static String field(String text) {
    boolean isPlain = text.chars().noneMatch(c -> c == '"' || c == ',' || c == ';' || c == '\t');
    return isPlain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
