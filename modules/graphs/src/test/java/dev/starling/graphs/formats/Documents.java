/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.starling.graphs.NodeKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Reads, writes and compares documents. */
final class Documents {
  /** As much as tests need. */
  static final ReadOptions ENOUGH = new ReadOptions(1 << 26, 1_000_000, 6_000_000, false);

  private Documents() {}

  static GraphDocument read(GraphFormat format, String text) {
    return read(format, text.getBytes(StandardCharsets.UTF_8), ENOUGH);
  }

  static GraphDocument read(GraphFormat format, byte[] bytes, ReadOptions options) {
    try {
      return format.reader().read(new ByteArrayInputStream(bytes), options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Why a document is refused. */
  static FormatException refusal(GraphFormat format, String text) {
    return refusal(format, text.getBytes(StandardCharsets.UTF_8), ENOUGH);
  }

  static FormatException refusal(GraphFormat format, byte[] bytes, ReadOptions options) {
    return catchThrowableOfType(
        FormatException.class,
        () -> format.reader().read(new ByteArrayInputStream(bytes), options));
  }

  static byte[] write(GraphFormat format, GraphDocument document) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      format.writer().write(document, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** What is known of each node, by its key. */
  static Map<String, String> nodes(GraphDocument document) {
    Map<String, String> nodes = new TreeMap<>();
    for (int node = 0; node < document.nodes(); node++) {
      String place =
          document.isPlaced(node)
              ? document.x(node) + " " + document.y(node) + " " + document.z(node)
              : "nowhere";
      nodes.put(
          document.key(node), document.label(node) + " | " + document.kind(node) + " | " + place);
    }
    return nodes;
  }

  /** The weight of each edge, by its ends. */
  static Map<String, Float> edges(GraphDocument document) {
    Map<String, Float> edges = new TreeMap<>();
    for (int edge = 0; edge < document.edges(); edge++) {
      String source = document.key(document.source(edge));
      String target = document.key(document.target(edge));
      boolean isInOrder = source.compareTo(target) < 0;
      edges.put(
          isInOrder ? source + " -- " + target : target + " -- " + source, document.weight(edge));
    }
    return edges;
  }

  /** A document of nodes with these keys, some of them placed, labelled and tied to the next. */
  static GraphDocument sample(String... keys) {
    NodeColumns nodes = new NodeColumns(0);
    EdgeColumns edges = new EdgeColumns(0);
    for (int i = 0; i < keys.length; i++) {
      int node = nodes.add(keys[i]);
      if (i % 2 == 0) {
        nodes.setLabel(node, "Label of " + keys[i] + "\nin two lines & \"quoted\" \\N <b>");
        nodes.setKind(node, NodeKind.AGENT);
      }
      if (i % 3 == 0) {
        nodes.setPlace(node, 1.5f * i, 0.1f - i, 123456.79f);
      }
      if (i > 1) {
        edges.add(i, i - 1, i % 4 == 0 ? 1e-6f : 0.1f * i);
      }
    }
    return new GraphDocument(nodes, edges, keys.length);
  }
}
