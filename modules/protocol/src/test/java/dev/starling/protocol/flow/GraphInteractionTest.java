/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import static dev.starling.protocol.flow.FlowReading.message;
import static dev.starling.protocol.flow.FlowReading.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.flow.FlowClientMessage.GraphInteraction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What people do to nodes, as it is taken. */
final class GraphInteractionTest {

  @Test
  void theInteractionOfTheReferenceIsRead() {
    String text =
        """
        {
          "type": "graph_interaction",
          "action": "node_selected",
          "nodeId": "node_123",
          "position": { "x": 100, "y": 200, "z": 0 }
        }
        """;

    assertThat(read(text))
        .isEqualTo(
            new GraphInteraction(
                null,
                NodeAction.NODE_SELECTED,
                new NodeRef.Key("node_123"),
                new Position(100, 200, 0)));
  }

  @ParameterizedTest
  @EnumSource(NodeAction.class)
  void everyActionIsKnownByItsNameInSmallLetters(NodeAction action) {
    String members =
        "\"action\":\"%s\",\"nodeId\":7,\"position\":{\"x\":1,\"y\":2,\"z\":3}"
            .formatted(action.word());

    assertThat(action.word()).isLowerCase().startsWith("node_");
    assertThat(read(message("graph_interaction", members)))
        .isEqualTo(
            new GraphInteraction(null, action, new NodeRef.FrameId(7), new Position(1, 2, 3)));
  }

  @ParameterizedTest
  @EnumSource(value = NodeAction.class, mode = EnumSource.Mode.EXCLUDE, names = "NODE_DRAG")
  void onlyADragNeedsAPosition(NodeAction action) {
    String members = "\"action\":\"" + action.word() + "\",\"nodeId\":\"n\",\"position\":null";

    assertThat(read(message("graph_interaction", members)))
        .isEqualTo(new GraphInteraction(null, action, new NodeRef.Key("n"), null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          0            | 0
          -0           | 0
          32768        | 32768
          2147483647   | 2147483647
          """)
  void aNumberNamesANodeByItsFrameId(String given, long id) {
    assertThat(node(given)).isEqualTo(new NodeRef.FrameId(id));
  }

  /** Whether a node has the key "17" is for the graph to say, not for the reader. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "17"         | 17
          "-1"         | -1
          " "          | ` `
          "é😀\\u0041" | é😀A
          """)
  void aStringNamesANodeByItsKeyEvenIfItIsAllDigits(String given, String key) {
    assertThat(node(given)).isEqualTo(new NodeRef.Key(key));
  }

  private static @Nullable NodeRef node(String given) {
    return read(message("graph_interaction", "\"action\":\"node_pin\",\"nodeId\":" + given))
            instanceof GraphInteraction(var _, var _, NodeRef node, var _)
        ? node
        : null;
  }

  @Test
  void aPositionMayLieAnywhereWithinTheRangeOfAFloat() {
    String most = "3.4028234663852886e38";
    String members =
        "\"action\":\"node_drag\",\"nodeId\":1,\"position\":{\"z\":1e-400,\"x\":"
            + most
            + ",\"unknown\":[{}],\"y\":-"
            + most
            + "}";

    assertThat(read(message("graph_interaction", members)))
        .isEqualTo(
            new GraphInteraction(
                null,
                NodeAction.NODE_DRAG,
                new NodeRef.FrameId(1),
                new Position(Float.MAX_VALUE, -Float.MAX_VALUE, 0)));
  }
}
