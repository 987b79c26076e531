/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import static dev.starling.graphs.formats.Documents.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** What every format holds its documents to. */
class DocumentRulesTest {

  /**
   * Nodes a, b and c in the first lines, and from line 6 on one edge a line, as source;target;w.
   */
  private static String document(GraphFormat format, String... edges) {
    StringBuilder text = new StringBuilder(head(format));
    for (int i = 0; i < edges.length; i++) {
      String[] parts = edges[i].split(";", -1);
      text.append(edge(format, parts[0], parts[1], parts[2], i > 0)).append('\n');
    }
    return text.append(tail(format)).toString();
  }

  private static String head(GraphFormat format) {
    return switch (format) {
      case JSON ->
          "{\n\"nodes\":\n[{\"key\":\"a\"},\n{\"key\":\"b\"},{\"key\":\"c\"}],\n\"edges\":[";
      case GRAPHML ->
          """
          <graphml><key id="w" for="edge" attr.name="weight"/>
          <graph>
          <node id="a"/>
          <node id="b"/>
          <node id="c"/>
          """;
      case GEXF ->
          """
          <gexf><graph><nodes>
          <node id="a"/>
          <node id="b"/>
          <node id="c"/>
          </nodes><edges>
          """;
      case CSV -> "source,target,weight\na,,\nb,,\nc,,\n\n";
      case DOT -> "graph {\na\nb\nc\n\n";
    };
  }

  private static String edge(
      GraphFormat format, String source, String target, String weight, boolean isFurther) {
    boolean isWeighted = !weight.isEmpty();
    return switch (format) {
      case JSON ->
          (isFurther ? "," : "\n")
              + "{\"source\":\"%s\",\"target\":\"%s\"%s}"
                  .formatted(source, target, isWeighted ? ",\"weight\":\"" + weight + '"' : "");
      case GRAPHML ->
          "<edge source=\"%s\" target=\"%s\">%s</edge>"
              .formatted(source, target, isWeighted ? "<data key=\"w\">" + weight + "</data>" : "");
      case GEXF ->
          "<edge source=\"%s\" target=\"%s\"%s/>"
              .formatted(source, target, isWeighted ? " weight=\"" + weight + '"' : "");
      case CSV -> source + "," + target + "," + weight;
      case DOT ->
          "\"%s\" -- \"%s\" %s"
              .formatted(source, target, isWeighted ? "[weight=\"" + weight + "\"]" : "");
    };
  }

  private static String tail(GraphFormat format) {
    return switch (format) {
      case JSON -> "]}";
      case GRAPHML -> "</graph></graphml>";
      case GEXF -> "</edges></graph></gexf>";
      case CSV -> "";
      case DOT -> "}";
    };
  }

  @ParameterizedTest
  @EnumSource
  void aWeightThatIsMissingIsOne(GraphFormat format) {
    GraphDocument read = Documents.read(format, document(format, "a;b;", "b;c;2.5", "c;a;1e-3"));
    assertThat(Documents.edges(read))
        .containsEntry("a -- b", 1f)
        .containsEntry("b -- c", 2.5f)
        .containsEntry("a -- c", 0.001f)
        .hasSize(3);
  }

  @ParameterizedTest
  @EnumSource
  void aWeightThatIsNoneIsRefusedWithItsLine(GraphFormat format) {
    for (String weight :
        new String[] {
          "0",
          "-1",
          "NaN",
          "Infinity",
          "1e7",
          "1e-7",
          "0x10",
          "1f",
          "1,5",
          "heavy",
          "1e",
          ".",
          "1e99999"
        }) {
      FormatException refused =
          refusal(
              format,
              document(
                  format,
                  "a;b;1",
                  "b;c;" + (format == GraphFormat.CSV ? '"' + weight + '"' : weight)));
      assertThat(refused)
          .as(weight)
          .hasMessageContaining("weight: expected a number from 0.000001 to 1000000")
          .hasMessageContaining(weight)
          .hasMessageContaining("leave it out for 1");
      assertThat(refused.line()).isEqualTo(7);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theBoundsOfWeightsAreWeights(GraphFormat format) {
    GraphDocument read =
        Documents.read(format, document(format, "a;b;0.000001", "b;c;1000000", "c;a;1E+6"));
    assertThat(Documents.edges(read).values()).containsExactly(1e-6f, 1e6f, 1e6f);
  }

  @ParameterizedTest
  @EnumSource
  void ofEdgesBetweenTheSameNodesTheLastCountsAndLoopsAreLeftOut(GraphFormat format) {
    GraphDocument read =
        Documents.read(
            format,
            document(format, "a;b;1", "b;c;3", "c;c;4", "b;a;2", "a;b;7", "b;b;1", "c;b;5"));
    assertThat(Documents.edges(read))
        .containsEntry("a -- b", 7f)
        .containsEntry("b -- c", 5f)
        .hasSize(2);
    assertThat(read.loops()).isEqualTo(2);
    assertThat(read.repeats()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"JSON", "GRAPHML", "GEXF"},
      mode = Mode.INCLUDE)
  void anEdgeEndsAtNodesOfTheDocument(GraphFormat format) {
    FormatException refused = refusal(format, document(format, "a;b;1", "b;nobody;1", "d;a;1"));
    assertThat(refused)
        .hasMessageContaining("end of an edge: expected a node of the document, got \"nobody\"")
        .hasMessageContaining("list that node");
    assertThat(refused.line()).isEqualTo(7);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"JSON", "GRAPHML", "GEXF"},
      mode = Mode.INCLUDE)
  void anEdgeMayEndElsewhereWhereTheReaderIsToldSo(GraphFormat format) {
    GraphDocument read =
        Documents.read(
            format,
            document(format, "a;b;1", "b;elsewhere;1").getBytes(StandardCharsets.UTF_8),
            new ReadOptions(10_000, 10, 10, true));
    assertThat(read.listed()).isEqualTo(3);
    assertThat(read.nodes()).isEqualTo(4);
    assertThat(read.key(3)).isEqualTo("elsewhere");
    assertThat(read.line(3)).isEqualTo(7);
    assertThat(read.line(0)).as("of a node that is listed").isZero();
    assertThat(Documents.edges(read)).containsKeys("a -- b", "b -- elsewhere");
  }

  @ParameterizedTest
  @EnumSource(
      names = {"CSV", "DOT"},
      mode = Mode.INCLUDE)
  void anEdgeListsItsEndsWhereNothingElseDoes(GraphFormat format) {
    GraphDocument read = Documents.read(format, document(format, "a;b;1", "b;new;1"));
    assertThat(read.listed()).isEqualTo(4);
    assertThat(Documents.nodes(read)).containsKey("new");
  }

  @ParameterizedTest
  @EnumSource(
      names = {"JSON", "GRAPHML", "GEXF"},
      mode = Mode.INCLUDE)
  void aKeyIsThatOfOneNode(GraphFormat format) {
    String twice = document(format).replace("\"b\"", "\"a\"");
    FormatException refused = refusal(format, twice);
    assertThat(refused)
        .hasMessageContaining("expected each key once, got \"a\" again")
        .hasMessageContaining("remove one of them");
    assertThat(refused.line()).isBetween(3, 4);
  }

  @ParameterizedTest
  @EnumSource
  void aKeyHasAtMost256CharactersAndNoControls(GraphFormat format) {
    assertThat(refusal(format, document(format, "a;b;1", "b;" + "x".repeat(257) + ";1")))
        .hasMessageStartingWith("line 7")
        .hasMessageContaining("key of a node: expected 1 to 256 characters");
    assertThat(refusal(format, document(format, "a;b;1", "b;x\u0085y;1")))
        .hasMessageStartingWith("line 7")
        .hasMessageContaining("U+0085 at position 2")
        .hasMessageContaining("take that character out");
  }

  @Test
  void aLineBreakOrHalfACharacterIsNoPartOfAKey() {
    assertThat(refusal(GraphFormat.JSON, "{\"nodes\":[\n{\"key\":\"a\\nb\"}]}"))
        .hasMessageStartingWith("line 2")
        .hasMessageContaining("U+000A");
    assertThat(refusal(GraphFormat.JSON, "{\"nodes\":[\n{\"key\":\"a\\ud800b\"}]}"))
        .hasMessageStartingWith("line 2");
    assertThat(refusal(GraphFormat.CSV, "\"a\nb\",c")).hasMessageContaining("U+000A");
    assertThat(
            refusal(
                GraphFormat.GEXF,
                "<gexf><graph><nodes><node id='a&#10;b'/></nodes></graph></gexf>"))
        .hasMessageContaining("U+000A");
    assertThat(refusal(GraphFormat.DOT, "graph { \"a\nb\" }")).hasMessageContaining("U+000A");
    assertThat(refusal(GraphFormat.JSON, "{\"nodes\":[{\"key\":\"\"}]}"))
        .hasMessageContaining("expected 1 to 256 characters, got \"\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"JSON", "GRAPHML", "GEXF", "DOT"})
  void aLabelHasAtMost1024Characters(GraphFormat format) {
    GraphDocument longest = labelled("x".repeat(1024));
    assertThat(Documents.read(format, Documents.write(format, longest), Documents.ENOUGH).label(0))
        .hasSize(1024);
    assertThat(
            refusal(format, Documents.write(format, labelled("x".repeat(1025))), Documents.ENOUGH))
        .hasMessageContaining("label: expected at most 1024 characters");
  }

  private static GraphDocument labelled(String label) {
    NodeColumns nodes = new NodeColumns(1);
    nodes.setLabel(nodes.add("a"), label);
    return new GraphDocument(nodes, new EdgeColumns(0), 1);
  }

  @ParameterizedTest
  @EnumSource
  void boundsHold(GraphFormat format) {
    String text = document(format, "a;b;1", "b;c;1", "a;a;1");
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int size = bytes.length;
    assertThat(refusal(format, bytes, new ReadOptions(size, 3, 3, false))).isNull();
    assertThat(refusal(format, bytes, new ReadOptions(size - 1, 3, 3, false)))
        .hasMessageContaining("expected at most " + (size - 1) + " bytes");
    assertThat(refusal(format, bytes, new ReadOptions(size, 2, 3, false)))
        .hasMessageContaining("nodes: expected at most 2")
        .hasMessageContaining("\"c\"");
    FormatException refused = refusal(format, bytes, new ReadOptions(size, 3, 2, false));
    assertThat(refused).hasMessageContaining("edges: expected at most 2");
    assertThat(refused.line()).isEqualTo(8);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotUtf8IsRefusedWithItsLine(GraphFormat format) {
    byte[] bytes = document(format, "a;b;1", "b;?x;1").getBytes(StandardCharsets.ISO_8859_1);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("?x");
    for (int wrong : new int[] {0xFC, 0x80, 0xC0, 0xED, 0xF8}) {
      bytes[at] = (byte) wrong;
      FormatException refused = refusal(format, bytes, Documents.ENOUGH);
      assertThat(refused)
          .hasMessageContaining("expected UTF-8, got the bytes %02X".formatted(wrong))
          .hasMessageContaining("save the document as UTF-8");
      assertThat(refused.line()).isEqualTo(7);
    }
  }
}
