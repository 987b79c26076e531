/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The formats in which graphs are read and written. */
public enum GraphFormat {
  /** Node-link JSON, as d3 and NetworkX have it. */
  JSON("json"),

  /** GraphML 1.0 (graphml.graphdrawing.org). */
  GRAPHML("graphml"),

  /** GEXF 1.2 and 1.3 (gexf.net); written as 1.3. */
  GEXF("gexf"),

  /** A table of edges (RFC 4180); labels, kinds and places of nodes are not in it. */
  CSV("csv"),

  /** The DOT language of Graphviz. */
  DOT("dot");

  private final String id;

  GraphFormat(String id) {
    this.id = id;
  }

  /** Its name, in lower case. */
  public String id() {
    return id;
  }

  /** As which it may come; as the first it is written. */
  public List<String> mediaTypes() {
    return switch (this) {
      case JSON -> List.of("application/json");
      case GRAPHML -> List.of("application/graphml+xml");
      case GEXF -> List.of("application/gexf+xml");
      case CSV -> List.of("text/csv", "text/tab-separated-values");
      case DOT -> List.of("text/vnd.graphviz");
    };
  }

  /** How names of its files may end, each with its dot, the usual one first. */
  public List<String> suffixes() {
    return switch (this) {
      case JSON -> List.of(".json");
      case GRAPHML -> List.of(".graphml");
      case GEXF -> List.of(".gexf");
      case CSV -> List.of(".csv", ".tsv");
      case DOT -> List.of(".dot", ".gv");
    };
  }

  public GraphReader reader() {
    return switch (this) {
      case JSON -> new JsonGraphReader();
      case GRAPHML -> new GraphMlReader();
      case GEXF -> new GexfReader();
      case CSV -> new CsvGraphReader();
      case DOT -> new DotReader();
    };
  }

  public GraphWriter writer() {
    return switch (this) {
      case JSON -> new JsonGraphWriter();
      case GRAPHML -> new GraphMlWriter();
      case GEXF -> new GexfWriter();
      case CSV -> new CsvGraphWriter();
      case DOT -> new DotWriter();
    };
  }

  /** The format with a name, whatever its case. */
  public static Optional<GraphFormat> byId(String id) {
    String wanted = id.toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(one -> one.id.equals(wanted)).findFirst();
  }

  /** The format of a media type, whatever its case and its parameters. */
  public static Optional<GraphFormat> byMediaType(String contentType) {
    String wanted = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(one -> one.mediaTypes().contains(wanted)).findFirst();
  }

  /** The format of a file, by how its name ends. */
  public static Optional<GraphFormat> byFileName(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(one -> one.suffixes().stream().anyMatch(wanted::endsWith))
        .findFirst();
  }

  /** All names, for a person to choose from. */
  public static String ids() {
    return Arrays.stream(values()).map(GraphFormat::id).collect(Collectors.joining(", "));
  }
}
