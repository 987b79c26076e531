/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.json.Fields;
import dev.starling.protocol.json.JsonInput;
import dev.starling.protocol.json.JsonMessages;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what a person does to nodes of the graph and to agents. Stateless. */
final class ActionReader {
  static final String NODE = "a node's key or its frame id";

  private ActionReader() {}

  static FlowClientMessage graphInteraction(byte[] bytes, int from, int to) throws IOException {
    RawJson id = null;
    NodeAction action = null;
    NodeRef node = null;
    Position position = null;
    try (JsonInput in = JsonMessages.open(bytes, from, to)) {
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "id" -> id = Fields.identity(in, name, JsonMessages.MAX_ID);
          case "action" -> action = choice(in, name, NodeAction.values(), NodeAction::word);
          case "nodeId" -> node = node(in, name);
          case "position" -> position = position(in, name);
          default -> in.skipValue();
        }
      }
      JsonMessages.requireEnd(in);
    }
    NodeAction done =
        FlowReader.required("action", oneOf(NodeAction.values(), NodeAction::word), action);
    NodeRef meant = FlowReader.required("nodeId", NODE, node);
    if (done.needsPosition()) {
      FlowReader.required("position", "an object with x, y and z", position);
    }
    return new FlowClientMessage.GraphInteraction(id, done, meant, position);
  }

  static FlowClientMessage agentControl(byte[] bytes, int from, int to) throws IOException {
    RawJson id = null;
    ControlAction action = null;
    String agentId = null;
    try (JsonInput in = JsonMessages.open(bytes, from, to)) {
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        in.nextToken();
        switch (name) {
          case "id" -> id = Fields.identity(in, name, JsonMessages.MAX_ID);
          case "action" -> action = choice(in, name, ControlAction.values(), ControlAction::word);
          case "agentId" -> agentId = Fields.text(in, name, FlowReader.MAX_NAME);
          default -> in.skipValue();
        }
      }
      JsonMessages.requireEnd(in);
    }
    return new FlowClientMessage.AgentControl(
        id,
        FlowReader.required("action", oneOf(ControlAction.values(), ControlAction::word), action),
        FlowReader.required("agentId", "the agent's id", agentId));
  }

  private static <T> @Nullable T choice(
      JsonInput in, String field, T[] choices, Function<T, String> word) throws IOException {
    String given = Fields.text(in, field, FlowReader.MAX_NAME);
    if (given == null) {
      return null;
    }
    FlowReader.required(field, oneOf(choices, word), given);
    return Arrays.stream(choices)
        .filter(choice -> word.apply(choice).equals(given))
        .findFirst()
        .orElseThrow(() -> FlowReader.refusal(field, oneOf(choices, word), given));
  }

  private static <T> String oneOf(T[] choices, Function<T, String> word) {
    List<String> words = Arrays.stream(choices).map(word).toList();
    return "one of " + String.join(", ", words);
  }

  static @Nullable NodeRef node(JsonInput in, String field) throws IOException {
    return switch (in.currentToken()) {
      case VALUE_NULL -> null;
      case VALUE_STRING -> {
        String key = Fields.text(in, field, FlowReader.MAX_NAME);
        yield new NodeRef.Key(FlowReader.required(field, NODE, key));
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          new NodeRef.FrameId(Fields.whole(in, field, 0, Integer.MAX_VALUE, 0));
      default -> throw FlowReader.refusal(field, NODE, in.describe());
    };
  }

  private static @Nullable Position position(JsonInput in, String field) throws IOException {
    if (in.isNull()) {
      return null;
    }
    Fields.requireObject(in, field);
    Double x = null;
    Double y = null;
    Double z = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "x" -> x = coordinate(in, field + ".x");
        case "y" -> y = coordinate(in, field + ".y");
        case "z" -> z = coordinate(in, field + ".z");
        default -> in.skipValue();
      }
    }
    return new Position(
        FlowReader.required(field + ".x", "a number", x),
        FlowReader.required(field + ".y", "a number", y),
        FlowReader.required(field + ".z", "a number", z));
  }

  /** Position frames carry floats: what is beyond them would go out as infinity. */
  private static @Nullable Double coordinate(JsonInput in, String field) throws IOException {
    Double value = Fields.number(in, field);
    if (value != null && Math.abs(value) > Float.MAX_VALUE) {
      throw FlowReader.refusal(
          field, "a number within the range of a 32-bit float", value.toString());
    }
    return value;
  }
}
