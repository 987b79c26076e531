/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import static dev.starling.protocol.flow.FlowReading.message;
import static dev.starling.protocol.session.Refusals.requireRefused;

import dev.starling.protocol.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people do to nodes, refused: which field, what was expected and what came. */
final class GraphInteractionRefusalTest {
  private static final String NODE_ACTIONS =
      "one of node_selected, node_deselected, node_drag_start, node_drag, node_drag_end, node_pin,"
          + " node_unpin";
  private static final String NODE = "a node's key or its frame id";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``             | nothing
          "action":null, | nothing
          "action":"",   | an empty string
          "action":"fly",| fly
          "action":"NODE_PIN", | NODE_PIN
          "action":"pause", | pause
          """)
  void anActionOnANodeIsOneOfThose(String action, String came) {
    requireRefused(
        message("graph_interaction", action + "\"nodeId\":1"),
        ErrorCode.INVALID_MESSAGE,
        "action",
        NODE_ACTIONS,
        came);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                     | nothing
          ,"nodeId":null         | nothing
          ,"nodeId":""           | an empty string
          ,"nodeId":true         | true
          ,"nodeId":{"key":"n"}  | an object
          ,"nodeId":[1]          | an array
          """)
  void aNodeIsNamedByAStringOrANumber(String node, String came) {
    requireRefused(
        message("graph_interaction", "\"action\":\"node_pin\"" + node),
        ErrorCode.INVALID_MESSAGE,
        "nodeId",
        NODE,
        came);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "2147483648", "4294967296", "1.5", "1e3", "1e999"})
  void aFrameIdIsAWholeNumberThatIsNeverTruncated(String id) {
    requireRefused(
        message("graph_interaction", "\"action\":\"node_pin\",\"nodeId\":" + id),
        ErrorCode.INVALID_MESSAGE,
        "nodeId",
        "a whole number from 0 to 2147483647",
        id);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          5                            | position   | an object                                 | a number
          "x"                          | position   | an object                                 | a string
          [1,2,3]                      | position   | an object                                 | an array
          null                         | position   | an object with x, y and z                 | nothing
          {}                           | position.x | a number                                  | nothing
          {"y":1,"z":2}                | position.x | a number                                  | nothing
          {"x":1,"z":2}                | position.y | a number                                  | nothing
          {"x":1,"y":2}                | position.z | a number                                  | nothing
          {"x":1,"y":2,"z":null}       | position.z | a number                                  | nothing
          {"x":"1","y":2,"z":3}        | position.x | a number                                  | a string
          {"x":1,"y":[2],"z":3}        | position.y | a number                                  | an array
          {"x":1,"y":2,"z":{"a":3}}    | position.z | a number                                  | an object
          {"x":1,"y":2,"z":1e999}      | position.z | a finite number                           | Infinity
          {"x":-1e999,"y":2,"z":3}     | position.x | a finite number                           | -Infinity
          {"x":3.5e38,"y":2,"z":3}     | position.x | a number within the range of a 32-bit float | 3.5E38
          {"x":1,"y":-1e300,"z":3}     | position.y | a number within the range of a 32-bit float | -1.0E300
          """)
  void aPositionHasThreeCoordinatesThatAFrameCanCarry(
      String position, String field, String expected, String came) {
    requireRefused(
        message(
            "graph_interaction",
            "\"action\":\"node_drag\",\"nodeId\":\"n\",\"position\":" + position),
        ErrorCode.INVALID_MESSAGE,
        field,
        expected,
        came);
  }

  @Test
  void aPositionIsCheckedEvenWhereItIsNotNeeded() {
    requireRefused(
        message("graph_interaction", "\"action\":\"node_pin\",\"nodeId\":1,\"position\":{\"x\":1}"),
        ErrorCode.INVALID_MESSAGE,
        "position.y",
        "a number",
        "nothing");
  }
}
