/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import dev.starling.swarms.SwarmFailure.Kind;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tools that a server lists, and the way to call them. What a tool does not take is left out of
 * a call, and a tool that is not there is not called.
 */
final class Toolbox {
  /** How many tools of one server are known; one of the real ones has 353. */
  private static final int MOST_TOOLS = 2_000;

  /** Calls a tool over the connection. */
  interface Caller {
    Future<ToolAnswer> call(String tool, Map<String, Object> arguments);
  }

  private final Map<String, ToolShape> tools;
  private final Caller caller;
  private final String server;

  /**
   * A toolbox of what a server listed.
   *
   * @param server its name, for a dialect without agents
   */
  Toolbox(String server, List<Tool> listed, Caller caller) {
    this.server = server;
    this.caller = caller;
    Map<String, ToolShape> shapes = new LinkedHashMap<>();
    listed.stream().limit(MOST_TOOLS).forEach(tool -> shapes.put(tool.name(), ToolShape.of(tool)));
    this.tools = shapes;
  }

  /** The names of all tools, in the server's order. */
  List<String> names() {
    return List.copyOf(tools.keySet());
  }

  String server() {
    return server;
  }

  boolean has(String tool) {
    return tools.containsKey(tool);
  }

  /** Which texts a field of a tool takes; empty where the server does not say. */
  Set<String> choices(String tool, String field) {
    ToolShape shape = tools.get(tool);
    return shape == null ? Set.of() : shape.choices().getOrDefault(field, Set.of());
  }

  /**
   * Has a tool do something, with those of the arguments that it takes.
   *
   * @return the answer of a tool that did it; otherwise failed with a {@link SwarmFailure}
   */
  Future<ToolAnswer> ask(String tool, Map<String, Object> arguments) {
    ToolShape shape = tools.get(tool);
    if (shape == null) {
      return Future.failedFuture(
          SwarmFailure.unsent(Kind.UNSUPPORTED, "this server has no tool " + tool));
    }
    Map<String, Object> taken = new HashMap<>(arguments);
    taken.keySet().removeIf(field -> !shape.takes(field));
    return caller.call(tool, taken).map(ToolAnswer::orRefuse);
  }

  /** Calls a tool with exactly these arguments, whatever it answers. */
  Future<ToolAnswer> call(String tool, Map<String, Object> arguments) {
    return caller.call(tool, arguments);
  }
}
