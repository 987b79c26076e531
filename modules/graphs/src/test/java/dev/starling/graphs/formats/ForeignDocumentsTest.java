/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.formats;

import static dev.starling.graphs.formats.Documents.edges;
import static dev.starling.graphs.formats.Documents.nodes;
import static dev.starling.graphs.formats.Documents.read;
import static dev.starling.graphs.formats.Documents.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Documents in the form in which other programs write them. */
class ForeignDocumentsTest {

  @Test
  void nodeLinkJsonOfNetworkXIsRead() {
    GraphDocument read =
        read(
            GraphFormat.JSON,
            """
            {"directed": true, "multigraph": true, "graph": {"name": "x", "of": [1, {"a": []}]},
             "nodes": [{"label": "One", "id": 1}, {"id": "two words"}, {"id": "\\u00e9"}],
             "links": [{"weight": 2.5, "source": 1, "target": "two words", "key": 0},
                       {"source": "two words", "target": 1, "key": 1},
                       {"source": "1", "target": "\\u00e9", "key": 0}]}
            """);
    assertThat(nodes(read)).containsOnlyKeys("1", "two words", "é");
    assertThat(nodes(read).get("1")).startsWith("One | KNOWLEDGE");
    assertThat(edges(read)).containsEntry("1 -- two words", 1f).containsEntry("1 -- é", 1f);
    assertThat(read.repeats()).isEqualTo(1);
    assertThat(read.isNumbered(0)).isTrue();
    assertThat(read.isNumbered(1)).isFalse();
  }

  @Test
  void aNumberMeansAnIdFirstAndATextAKey() {
    GraphDocument read =
        read(
            GraphFormat.JSON,
            """
            {"edges": [{"source": 7, "target": "7"}, {"source": "0", "target": 3, "weight": 2}],
             "nodes": [{"id": 7, "key": "seven"}, {"id": 1, "key": "7"},
                       {"id": 0, "key": "nought", "x": 1, "z": -2.5e3, "name": "Nil"},
                       {"key": "3", "label": null, "kind": "agent", "weight": "any"}]}
            """);
    assertThat(edges(read)).containsOnlyKeys("7 -- seven", "3 -- nought").hasSize(2);
    assertThat(nodes(read))
        .containsEntry("nought", "Nil | KNOWLEDGE | 1.0 0.0 -2500.0")
        .containsEntry("3", "3 | AGENT | nowhere");
    assertThat(read.id(0)).isZero();
  }

  @Test
  void namesWithoutObjectsAreNodesAndArraysAreEdges() {
    GraphDocument read =
        read(GraphFormat.JSON, "{\"nodes\":[\"a\",5,\"b\"],\"edges\":[[\"a\",5],[\"b\",\"a\",3]]}");
    assertThat(nodes(read)).containsOnlyKeys("a", "b", "5");
    assertThat(edges(read)).containsEntry("5 -- a", 1f).containsEntry("a -- b", 3f);
    assertThat(read.isNumbered(1)).isTrue();
  }

  @Test
  void anUnlistedNumberIsToldFromTheSameDigits() {
    GraphDocument read =
        read(
            GraphFormat.JSON,
            "{\"edges\":[[5,\"5\"]]}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
            new ReadOptions(100, 2, 1, true));
    assertThat(read.listed()).isZero();
    assertThat(read.nodes()).isEqualTo(2);
    assertThat(read.isNumbered(read.source(0))).isTrue();
    assertThat(read.isNumbered(read.target(0))).isFalse();
  }

  @Test
  void graphMlOfNetworkXIsRead() {
    GraphDocument read =
        read(
            GraphFormat.GRAPHML,
            """
            <?xml version='1.0' encoding='utf-8'?>
            <graphml xmlns="http://graphml.graphdrawing.org/xmlns"
                xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns graphml.xsd">
              <key id="d1" for="edge" attr.name="weight" attr.type="double" />
              <key id="d0" for="node" attr.name="label" attr.type="string" />
              <key id="d2" for="graph" attr.name="label" attr.type="string" />
              <graph edgedefault="directed"><data key="d2">of nobody</data>
                <node id="1">
                  <data key="d0">One</data>
                </node>
                <node id="two words">
                  <data key="d0">a &amp; "b" &lt;<![CDATA[c>]]><!-- no part --></data>
                </node>
                <node id="&#233;" />
                <edge source="1" target="two words">
                  <data key="d1">2.5</data>
                </edge>
                <edge source="1" target="&#233;" />
              </graph>
            </graphml>
            """);
    assertThat(nodes(read))
        .containsEntry("1", "One | KNOWLEDGE | nowhere")
        .containsEntry("two words", "a & \"b\" <c> | KNOWLEDGE | nowhere")
        .containsEntry("é", "é | KNOWLEDGE | nowhere");
    assertThat(edges(read)).containsEntry("1 -- two words", 2.5f).containsEntry("1 -- é", 1f);
  }

  @Test
  void graphMlOfIgraphAndOfGephiIsRead() {
    GraphDocument read =
        read(
            GraphFormat.GRAPHML,
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- Created by igraph -->
            <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
              <key id="v_name" for="node" attr.name="name" attr.type="string"/>
              <key attr.name="x" attr.type="float" for="node" id="x"/>
              <key attr.name="y" attr.type="float" for="node" id="y"/>
              <key attr.name="r" attr.type="int" for="node" id="r"/>
              <key id="e_weight" for="edge" attr.name="weight" attr.type="double">
                <default>3</default>
              </key>
              <graph id="G" edgedefault="undirected">
                <node id="n0"><data key="v_name">Ann</data><data key="x">1.5</data></node>
                <node id="n1"><data key="r">12</data><port name="p"/>
                  <graph id="inner"><node id="n2"/><edge source="n2" target="n1"/></graph>
                </node>
                <edge id="e0" source="n0" target="n1"><data key="e_weight">1e-05</data></edge>
              </graph>
            </graphml>
            """);
    assertThat(nodes(read))
        .containsEntry("n0", "Ann | KNOWLEDGE | 1.5 0.0 0.0")
        .containsKeys("n1", "n2");
    assertThat(edges(read)).containsEntry("n1 -- n2", 3f).containsEntry("n0 -- n1", 1e-5f);
  }

  @Test
  void gexfOfNetworkXAndOfGephiIsRead() {
    GraphDocument read =
        read(
            GraphFormat.GEXF,
            """
            <?xml version='1.0' encoding='UTF-8'?>
            <gexf xmlns="http://gexf.net/1.3" version="1.3" xmlns:viz="http://gexf.net/1.3/viz">
              <meta lastmodifieddate="2026-11-21"><creator>Gephi 0.10.1</creator></meta>
              <graph defaultedgetype="directed" mode="static">
                <attributes class="edge"><attribute id="0" title="kind" type="string"/></attributes>
                <attributes class="node" mode="static">
                  <attribute id="k" title="kind" type="string"/>
                  <attribute id="0" title="other" type="string"><default>none</default></attribute>
                </attributes>
                <nodes count="3">
                  <node id="1" label="One">
                    <attvalues><attvalue for="k" value="agent"/><attvalue for="0" value="x"/>
                    </attvalues>
                    <viz:size value="10.0"></viz:size>
                    <viz:position x="-282.2" y="67.5" z="0.5"></viz:position>
                    <viz:color r="1" g="2" b="3"></viz:color>
                  </node>
                  <node id="two"><nodes><node id="inner" label="In"/></nodes>
                    <position x="1" y="2"/></node>
                </nodes>
                <edges count="2">
                  <edge id="0" source="1" target="two" type="directed" weight="2.5">
                    <attvalues><attvalue for="0" value="friend"/></attvalues></edge>
                  <edge id="1" source="inner" target="1"/>
                </edges>
              </graph>
            </gexf>
            """);
    assertThat(nodes(read))
        .containsEntry("1", "One | AGENT | -282.2 67.5 0.5")
        .containsEntry("two", "two | KNOWLEDGE | 1.0 2.0 0.0")
        .containsEntry("inner", "In | KNOWLEDGE | nowhere");
    assertThat(edges(read)).containsEntry("1 -- two", 2.5f).containsEntry("1 -- inner", 1f);
  }

  @Test
  void tablesOfEdgesAreReadWithWhateverColumnsTheyName() {
    assertThat(
            edges(
                read(
                    GraphFormat.CSV,
                    """
                    Source,Target,Type,Id,Label,timeset,Weight
                    a,b,Undirected,0,,,2.0
                    "c, d",a,Undirected,1,"x ""y""\nz",,
                    """)))
        .containsEntry("a -- b", 2f)
        .containsEntry("a -- c, d", 1f);
    assertThat(edges(read(GraphFormat.CSV, "\n\na;b,c;2\r\n\r\nb,c;d;1")))
        .containsEntry("a -- b,c", 2f)
        .containsEntry("b,c -- d", 1f);
    assertThat(edges(read(GraphFormat.CSV, "a\tb\na\tc\t3\n")))
        .containsEntry("a -- b", 1f)
        .containsEntry("a -- c", 3f);
    assertThat(edges(read(GraphFormat.CSV, "weight;TARGET;source\n3;b;a\n")))
        .containsEntry("a -- b", 3f);
  }

  @Test
  void whatJsonAllowsNobodyIsRefusedWithItsLineAndInWordsOfTheDocument() {
    String nodes = "{\"nodes\":[\n{\"key\":";
    for (String document :
        List.of(
            nodes + "\"a\",\"x\":NaN}]}",
            nodes + "\"" + "a".repeat(200_000) + "\"}]}",
            nodes + "[".repeat(2_000) + "]".repeat(2_000) + "}]}")) {
      assertThat(refusal(GraphFormat.JSON, document))
          .hasMessageStartingWith("line 2, column ")
          .hasMessageNotContainingAny("JsonReadFeature", "StreamReadConstraints");
    }
  }

  @Test
  void aNodeAloneIsARowWithAnEmptyTarget() {
    assertThat(nodes(read(GraphFormat.CSV, "source,target\na,b\nzz2,\n"))).containsKey("zz2");
    assertThat(refusal(GraphFormat.CSV, "source,target\na,b\nzz2\n"))
        .hasMessageStartingWith(
            "line 3: CSV: expected a source and a target in each row, got 1 field")
        .hasMessageEndingWith("a node alone has an empty target, as in key,");
  }

  @Test
  void aTableThatIsNoneIsRefusedWithItsLine() {
    assertThat(refusal(GraphFormat.CSV, "a b\nc d\n"))
        .hasMessageStartingWith(
            "line 1: CSV: expected a source and a target in each row, got 1 field")
        .hasMessageContaining("put a comma, a semicolon or a tab between them");
    assertThat(refusal(GraphFormat.CSV, "")).hasMessageContaining("expected a row of names");
    assertThat(refusal(GraphFormat.CSV, "source,source,target\na,b,c\n"))
        .hasMessageContaining("expected one column source, got several");
    assertThat(refusal(GraphFormat.CSV, "a,b\n\nc,d,1,x\n")).hasMessageStartingWith("line 3: ");
    assertThat(refusal(GraphFormat.CSV, "a,b\n\"c\"d,e\n"))
        .hasMessageStartingWith("line 2, column 4: ")
        .hasMessageContaining("double the quotes");
    assertThat(refusal(GraphFormat.CSV, "a,b\nc,d\"e\n"))
        .hasMessageStartingWith("line 2, column 4: ");
    assertThat(refusal(GraphFormat.CSV, "a,b\nc,\"d\ne,f\n"))
        .hasMessageStartingWith("line 2, column 3: CSV: expected a closing quote");
    assertThat(refusal(GraphFormat.CSV, "a,b\nc,,2\n"))
        .hasMessageStartingWith("line 2: key of a node");
  }

  @Test
  void dotOfGraphvizIsRead() {
    GraphDocument read =
        read(
            GraphFormat.DOT,
            """
            # preprocessor
            strict digraph "a \\"name\\"" {
              graph [bb="0,0,54,108", label=<<b>HTML</b>>];
              node [label="\\N", shape=box; color="red"] // all
              edge [weight=2]
              a [height=0.5, pos="27,90,1.5!", label="first\\nsecond"];
              b:port:n -> "c d" -> -3.5 [weight="0.5", label=x, pos="e,27,36 27,71"]
              rankdir = LR;
              subgraph cluster_0 { edge [weight=4]; node [kind=agent]; inner -> a; -> }
            }
            """
                .replace("; -> }", "; }"));
    assertThat(nodes(read))
        .containsEntry("a", "first\nsecond | KNOWLEDGE | 27.0 90.0 1.5")
        .containsEntry("b", "b | KNOWLEDGE | nowhere")
        .containsEntry("inner", "inner | AGENT | nowhere")
        .containsOnlyKeys("a", "b", "c d", "-3.5", "inner");
    assertThat(edges(read))
        .containsEntry("b -- c d", 0.5f)
        .containsEntry("-3.5 -- c d", 0.5f)
        .containsEntry("a -- inner", 4f)
        .hasSize(3);
  }

  @Test
  void groupsOfDotAreEndsOfEdges() {
    GraphDocument read =
        read(
            GraphFormat.DOT,
            "Graph { {a b; c -- a} -- subgraph s {d {e}} -- \"f\" + /* and */ \"g\"; a -- a }");
    assertThat(edges(read))
        .containsOnlyKeys(
            "a -- c", "a -- d", "a -- e", "b -- d", "b -- e", "c -- d", "c -- e", "d -- fg",
            "e -- fg");
    assertThat(read.loops()).isEqualTo(1);
  }

  @Test
  void dotThatIsNoneIsRefusedWithItsLine() {
    assertThat(refusal(GraphFormat.DOT, "graph {\na -> b }"))
        .hasMessageStartingWith("line 2, column 3: DOT: expected -- in a graph, got \"->\"");
    assertThat(refusal(GraphFormat.DOT, "digraph {\na -- b }"))
        .hasMessageContaining("line 2, column 3");
    assertThat(refusal(GraphFormat.DOT, "graph {\n<b>HTML</b> -- b }"))
        .hasMessageContaining("line 2, column 1: key of a node");
    assertThat(refusal(GraphFormat.DOT, "graph {\na [label=<b>] }"))
        .hasMessageContaining("line 2, column 10: label of a node");
    assertThat(refusal(GraphFormat.DOT, "graph {\na [pos=\"1\"] }"))
        .hasMessageContaining("\"x,y\"");
    assertThat(refusal(GraphFormat.DOT, "graph {\na -- \n"))
        .hasMessageContaining("the end of an edge");
    assertThat(refusal(GraphFormat.DOT, "graph {} graph {}")).hasMessageContaining("one graph");
    assertThat(refusal(GraphFormat.DOT, "graph { /* open"))
        .hasMessageContaining("end of a comment");
    assertThat(refusal(GraphFormat.DOT, "graph { a$b }")).hasMessageContaining("got \"$\"");
    assertThat(refusal(GraphFormat.DOT, "")).hasMessageContaining("expected graph or digraph");
  }

  @Test
  void jsonThatIsCutIsSaidToHaveEndedWhereItDoes() {
    String whole =
        """
        {"nodes": [
        {"key": "a", "x": -15e+3, "kind": "agent", "more": []}, "b\\u00e9", 12],
        "edges": [["a", 12, 2.5e0]]}\
        """;
    assertThat(read(GraphFormat.JSON, whole).edges()).isEqualTo(1);
    int decimals = whole.indexOf("2.") + 2; // "2." alone is no number wherever it stands
    for (int length = 0; length < whole.length(); length++) {
      if (length != decimals) {
        assertThat(refusal(GraphFormat.JSON, whole.substring(0, length)))
            .as("the first %d characters", length)
            .hasMessageEndingWith(
                "JSON: expected more, got the end of the document: send all of it");
      }
    }
    assertThat(refusal(GraphFormat.JSON, "")).hasMessageStartingWith("line 1, column 1: ");
    assertThat(refusal(GraphFormat.JSON, "{\n\"nodes\": ["))
        .hasMessageStartingWith("line 2, column 11: JSON: expected more");
  }

  @Test
  void jsonOfAnotherShapeIsRefusedWithItsPlace() {
    assertThat(refusal(GraphFormat.JSON, "[]")).hasMessageContaining("expected an object");
    assertThat(refusal(GraphFormat.JSON, "{\n\"nodes\": [1}}"))
        .hasMessageStartingWith("line 2, column 12: JSON: expected the form of RFC 8259")
        .hasMessageContaining("(for Array opened in line 2)");
    assertThat(refusal(GraphFormat.JSON, "{}")).hasMessageContaining("expected nodes or edges");
    assertThat(refusal(GraphFormat.JSON, "{\"nodes\":[]}{}")).hasMessageContaining("one object");
    assertThat(refusal(GraphFormat.JSON, "{\"nodes\":{}}"))
        .hasMessageContaining("expected an array");
    assertThat(refusal(GraphFormat.JSON, "{\"nodes\":[\n{\"label\":\"x\"}]}"))
        .hasMessageStartingWith("line 2")
        .hasMessageContaining("expected a key or an id");
    assertThat(refusal(GraphFormat.JSON, "{\"nodes\":[\n{\"key\":5}]}"))
        .hasMessageStartingWith("line 2, column 8")
        .hasMessageContaining("key of a node: expected a text, got 5");
    assertThat(refusal(GraphFormat.JSON, "{\"nodes\":[\n{\"id\":1.5}]}"))
        .hasMessageContaining("id of a node: expected a text or a whole number, got 1.5");
    assertThat(refusal(GraphFormat.JSON, "{\"nodes\":[\n{\"key\":\"a\",\"x\":1e30}]}"))
        .hasMessageContaining("x of a node: expected a number from -1e9 to 1e9");
    assertThat(refusal(GraphFormat.JSON, "{\"nodes\":[\n{\"key\":\"a\",\"kind\":\"thing\"}]}"))
        .hasMessageContaining("expected agent or knowledge, got \"thing\"");
    assertThat(
            refusal(
                GraphFormat.JSON,
                "{\"nodes\":[\n{\"key\":\"a\",\"id\":1},{\"key\":\"b\",\"id\":1}]}"))
        .hasMessageContaining("expected each id once");
    assertThat(refusal(GraphFormat.JSON, "{\"edges\":[\n{\"source\":\"a\"}]}"))
        .hasMessageContaining("got no target");
    assertThat(refusal(GraphFormat.JSON, "{\"nodes\":[\n\"a\"\n\"b\"]}"))
        .hasMessageStartingWith("line 3")
        .hasMessageContaining("JSON: expected the form of RFC 8259");
  }

  @Test
  void xmlOfAnotherFormatIsRefusedBeforeAnyOfItIsLost() {
    String gexf =
        "<?xml version='1.0'?>\n<g:gexf xmlns:g='http://gexf.net/1.3'><g:graph><g:nodes>"
            + "<g:node id='a' label='Ann'/></g:nodes></g:graph></g:gexf>";
    assertThat(nodes(read(GraphFormat.GEXF, gexf)).get("a")).startsWith("Ann");
    assertThat(refusal(GraphFormat.GRAPHML, gexf))
        .hasMessageStartingWith("line 2, column ")
        .hasMessageEndingWith(
            "GraphML: expected <graphml> for the outermost element, got <gexf>: "
                + "name the format that the document is in");
    String graphMl =
        "\n<graphml><key id='w' for='edge' attr.name='weight'/><graph><node id='a'/><node id='b'/>"
            + "<edge source='a' target='b'><data key='w'>2</data></edge></graph></graphml>";
    assertThat(refusal(GraphFormat.GEXF, graphMl))
        .hasMessageStartingWith("line 2, column ")
        .hasMessageContaining(
            "GEXF: expected <gexf> for the outermost element, got <graphml>: name the format");
    assertThat(refusal(GraphFormat.GRAPHML, "<graph><node id='a'/></graph>"))
        .hasMessageContaining("got <graph>");
  }

  @Test
  void xmlOfAnotherShapeIsRefused() {
    assertThat(refusal(GraphFormat.GRAPHML, "<graphml/>"))
        .hasMessageContaining("expected a <graph>");
    assertThat(refusal(GraphFormat.GEXF, "<gexf/>")).hasMessageContaining("expected a <graph>");
    assertThat(refusal(GraphFormat.GRAPHML, "<graphml><graph>\n<node/></graph></graphml>"))
        .hasMessageStartingWith("line 2")
        .hasMessageContaining("expected an attribute id of <node>");
    assertThat(
            refusal(
                GraphFormat.GRAPHML,
                "<graphml><graph>\n<node id='a'><data key='k'>1</data></node></graph></graphml>"))
        .hasMessageContaining("expected data of a <key> that the document declares, got \"k\"");
    assertThat(refusal(GraphFormat.GRAPHML, "<graphml><graph><hyperedge/></graph></graphml>"))
        .hasMessageContaining("make it a node");
    assertThat(refusal(GraphFormat.GEXF, "<gexf><graph>\n<nodes></graph></gexf>"))
        .hasMessageStartingWith("line 2")
        .hasMessageContaining("expected a well-formed document");
    assertThat(refusal(GraphFormat.GEXF, "<?xml version='1.0' encoding='ISO-8859-1'?><gexf/>"))
        .hasMessageContaining("expected the encoding UTF-8");
  }
}
