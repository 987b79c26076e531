/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.starling.graphs.Graph;
import dev.starling.graphs.NodeKind;
import dev.starling.graphs.formats.GraphDocument;
import dev.starling.graphs.formats.GraphFormat;
import dev.starling.graphs.formats.ReadOptions;
import dev.starling.graphs.layout.LayoutParameters;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.GraphEdit.PutEdge;
import dev.starling.protocol.mesh.GraphEdit.PutNode;
import dev.starling.protocol.mesh.PhysicsMessage.GraphChange;
import dev.starling.protocol.mesh.PhysicsMessage.GraphSelection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DocumentEditsTest {
  private static final PhysicsConfig BOUNDS =
      new PhysicsConfig(20, 30, 16, 10_000, 60, 1, 1, Optional.empty());

  private final World world =
      new World(new GraphStore(20), LayoutParameters.defaults(), 1, edits -> {});

  /** Agents 0 and 1 with traffic between them, 2 an agent that is knowledge as well. */
  private void putAgents() {
    world.apply(
        List.of(
            new PutNode(0, true, false, "ann", "Ann"),
            new PutNode(1, true, false, "bob", "Bob"),
            new PutNode(2, true, true, "cat", "Cat"),
            new PutEdge(0, 1, 3, 0)));
  }

  private static GraphDocument document(String json) {
    try {
      return GraphFormat.JSON
          .reader()
          .read(
              new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
              new ReadOptions(10_000, 1_000, 1_000, true));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String apply(GraphChange change, String json) {
    return DocumentEdits.apply(world, document(json), change, BOUNDS).json().toString();
  }

  private Graph graph() {
    return world.graph();
  }

  private float weight(String a, String b) {
    return graph().weight(graph().find(a), graph().find(b));
  }

  private static String counts(
      int addedNodes, int addedEdges, int changedNodes, int changedEdges, String rest) {
    return ("{\"added\":{\"nodes\":%d,\"edges\":%d},\"changed\":{\"nodes\":%d,\"edges\":%d},%s,"
            + "\"loops\":0,\"repeats\":0}")
        .formatted(addedNodes, addedEdges, changedNodes, changedEdges, rest);
  }

  private static String removed(int nodes, int edges) {
    return removed(nodes, edges, 0, 0);
  }

  private static String removed(int nodes, int edges, int ignoredNodes, int ignoredEdges) {
    return "\"removed\":{\"nodes\":%d,\"edges\":%d},\"ignored\":{\"nodes\":%d,\"edges\":%d}"
        .formatted(nodes, edges, ignoredNodes, ignoredEdges);
  }

  @Test
  void whatIsMergedIsAddedOrChanged() {
    putAgents();
    String first =
        apply(
            GraphChange.MERGE,
            """
            {"nodes":["x",{"key":"y","label":"Why","x":5,"y":6,"z":7}],
             "edges":[["x","y",2],["x","ann"],["y",0,4]]}
            """);
    assertThat(first).isEqualTo(counts(2, 3, 0, 0, removed(0, 0)));
    assertThat(graph().label(graph().find("y"))).isEqualTo("Why");
    assertThat(graph().kind(graph().find("y"))).isEqualTo(NodeKind.KNOWLEDGE);
    assertThat(world.layout().x(graph().find("y"))).isEqualTo(5);
    assertThat(weight("x", "ann")).isEqualTo(1);
    assertThat(weight("y", "ann")).isEqualTo(4);
    String second =
        apply(
            GraphChange.MERGE,
            "{\"nodes\":[\"y\",{\"key\":\"x\",\"label\":\"Ex\"}],\"edges\":[[\"y\",\"x\",9],[\"x\",\"ann\",1]]}");
    assertThat(second).isEqualTo(counts(0, 0, 1, 1, removed(0, 0)));
    assertThat(graph().label(graph().find("y"))).isEqualTo("Why");
    assertThat(graph().label(graph().find("x"))).isEqualTo("Ex");
    assertThat(weight("x", "y")).isEqualTo(9);
  }

  @Test
  void agentsAreTheMeshs() {
    putAgents();
    String merged =
        apply(
            GraphChange.MERGE,
            """
            {"nodes":[{"key":"ann","label":"Other","kind":"agent"},{"key":"gone","kind":"agent"},
                      {"key":"bob","label":"Robert"}],
             "edges":[["ann","bob",2],["gone","ann"]]}
            """);
    assertThat(merged).isEqualTo(counts(0, 0, 1, 1, removed(0, 0, 1, 1)));
    assertThat(graph().label(0)).isEqualTo("Ann");
    assertThat(graph().label(1)).isEqualTo("Bob");
    assertThat(world.store().isKnowledge(1)).isTrue();
    assertThat(graph().find("gone")).isEqualTo(Graph.NOBODY);
    assertThat(graph().weight(0, 1)).isEqualTo(5);
    assertThat(world.store().own(0, 1)).isEqualTo(2);
  }

  @Test
  void whatReplacesLeavesAgentsAndTheirEdges() {
    putAgents();
    apply(
        GraphChange.MERGE,
        "{\"nodes\":[\"x\",\"y\",\"z\"],\"edges\":[[\"x\",\"y\"],[\"y\",\"z\"],[\"x\",0],[\"y\",1]]}");
    int x = graph().find("x");
    String replaced =
        apply(
            GraphChange.REPLACE,
            "{\"nodes\":[\"x\",\"y\",\"w\"],\"edges\":[[\"x\",\"y\",2],[\"w\",\"x\"]]}");
    assertThat(replaced).isEqualTo(counts(1, 1, 0, 1, removed(2, 3)));
    assertThat(graph().find("x")).isEqualTo(x);
    assertThat(graph().find("z")).isEqualTo(Graph.NOBODY);
    assertThat(graph().isThere(2)).isTrue();
    assertThat(world.store().isKnowledge(2)).isFalse();
    assertThat(graph().weight(0, 1)).isEqualTo(3);
    assertThat(graph().edges()).isEqualTo(3);
    assertThat(world.layout().count()).isEqualTo(graph().nodes());
  }

  @Test
  void whatIsRemovedIsNamedByKeyOrByFrameId() {
    putAgents();
    apply(
        GraphChange.MERGE,
        "{\"nodes\":[\"x\",\"y\",\"z\"],\"edges\":[[\"x\",\"y\"],[\"y\",\"z\"],[\"x\",\"z\"]]}");
    int y = graph().find("y");
    String gone =
        apply(
            GraphChange.REMOVE,
            "{\"nodes\":[%d,\"nobody\",\"ann\",\"cat\"],\"edges\":[[\"x\",\"z\"],[\"x\",\"ann\"],[\"x\",\"y\"]]}"
                .formatted(y));
    assertThat(gone).isEqualTo(counts(0, 0, 0, 0, removed(2, 3, 2, 1)));
    assertThat(graph().isThere(y)).isFalse();
    assertThat(graph().edges()).isEqualTo(1);
    assertThat(graph().isThere(2)).isTrue();
    assertThat(apply(GraphChange.REMOVE, "{\"edges\":[[\"ann\",\"bob\"]]}"))
        .isEqualTo(counts(0, 0, 0, 0, removed(0, 0, 0, 1)));
    assertThat(graph().weight(0, 1)).isEqualTo(3);
  }

  @Test
  void aDocumentThatCannotBeIsNotAppliedInPart() {
    putAgents();
    long version = graph().version();
    assertThatExceptionOfType(RefusalException.class)
        .isThrownBy(() ->
            apply(
                GraphChange.MERGE,
                "{\"nodes\":[\"x\"],\"edges\":[[\"x\",\"ann\"],\n[\"x\",\"nobody\"],\n[\"x\",\"nobody\"]]}"))
        .withMessage(
            "line 2: end of an edge: there is no node \"nobody\", in the document or before")
        .satisfies(refused ->
            assertThat(refused.details()).containsEntry("line", 2).containsEntry("node", "nobody"))
        .extracting(RefusalException::code)
        .isEqualTo(ErrorCode.NODE_NOT_FOUND);
    assertThatExceptionOfType(RefusalException.class)
        .isThrownBy(() -> apply(GraphChange.MERGE, nodes(18)))
        .withMessageContaining("nodes: expected at most 20 in the whole graph, got 21");
    assertThatExceptionOfType(RefusalException.class)
        .isThrownBy(() -> apply(GraphChange.MERGE, nodes(500)))
        .withMessageContaining("no room for 500 more nodes");
    assertThat(graph().version()).isEqualTo(version);
    assertThat(apply(GraphChange.MERGE, nodes(17))).contains("\"added\":{\"nodes\":17,");
  }

  private static String nodes(int count) {
    StringBuilder text = new StringBuilder("{\"nodes\":[");
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ",").append("\"n").append(i).append('"');
    }
    return text + "]}";
  }

  private String select(int after, int limit, String kind, String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      GraphDocument selected =
          SelectedDocument.of(world, new GraphSelection("", after, limit, kind, text));
      GraphFormat.JSON.writer().write(selected, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.UTF_8)
        .replaceAll(",\"label\":\"[^\"]*\"|,\"[xyz]\":[^,}]+", "");
  }

  @Test
  void aPageHasItsNodesAndTheirEdgesToEarlierOnes() {
    putAgents();
    apply(GraphChange.MERGE, "{\"nodes\":[\"x\",\"y\"],\"edges\":[[\"x\",\"y\"],[\"x\",\"ann\"]]}");
    assertThat(select(-1, 2, "", ""))
        .isEqualTo(
            "{\"nodes\":[{\"id\":0,\"key\":\"ann\",\"kind\":\"agent\"},"
                + "{\"id\":1,\"key\":\"bob\",\"kind\":\"agent\"}],"
                + "\"edges\":[{\"source\":0,\"target\":1,\"weight\":3.0}]}");
    assertThat(select(1, 2, "", ""))
        .isEqualTo(
            "{\"nodes\":[{\"id\":2,\"key\":\"cat\",\"kind\":\"agent\"},"
                + "{\"id\":3,\"key\":\"x\",\"kind\":\"knowledge\"}],"
                + "\"edges\":[{\"source\":0,\"target\":3,\"weight\":1.0}]}");
    assertThat(select(3, 2, "", ""))
        .contains("\"source\":3,\"target\":4")
        .contains("\"key\":\"y\"");
    assertThat(select(4, 2, "", "")).isEqualTo("{\"nodes\":[],\"edges\":[]}");
    assertThat(select(-1, 0, "knowledge", "")).doesNotContain("ann").contains("\"source\":3");
    assertThat(select(-1, 0, "", "CA")).contains("cat").doesNotContain("ann", "edges\":[{");
  }
}
