/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.gateway.mcp.JsonShape.anything;
import static dev.starling.gateway.mcp.JsonShape.choice;
import static dev.starling.gateway.mcp.JsonShape.flag;
import static dev.starling.gateway.mcp.JsonShape.list;
import static dev.starling.gateway.mcp.JsonShape.number;
import static dev.starling.gateway.mcp.JsonShape.object;
import static dev.starling.gateway.mcp.JsonShape.orNull;
import static dev.starling.gateway.mcp.JsonShape.text;
import static dev.starling.gateway.mcp.JsonShape.whole;

import dev.starling.fabric.Mesh;
import dev.starling.gateway.SwarmDirectory.Listed;
import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.mcp.JsonShape;
import dev.starling.gateway.mcp.McpCall;
import dev.starling.gateway.mcp.McpTool;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.NodeRef;
import dev.starling.protocol.flow.SettingUpdates;
import dev.starling.protocol.mesh.PhysicsMessage.Downloaded;
import dev.starling.protocol.mesh.PhysicsMessage.GraphSelection;
import dev.starling.protocol.mesh.PhysicsMessage.NeighboursQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Path;
import dev.starling.protocol.mesh.PhysicsMessage.PathQuery;
import dev.starling.protocol.settings.SettingValue;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The graph, the settings and the swarms of the mesh. Gateway's loop only. */
final class McpMeshTools {
  private static final String GRAPH_QUERY = "graph_query";
  private static final int USUAL = 20;
  private static final int MOST = 100;
  private static final int MOST_BYTES = 1 << 20;

  private final Mesh mesh;
  private final Roles roles;
  private final SettingsLink settings;
  private final SwarmDirectory swarms;

  McpMeshTools(Mesh mesh, Gateway gateway) {
    this.mesh = mesh;
    this.roles = gateway.roles();
    this.settings = gateway.settings();
    this.swarms = new SwarmDirectory(mesh);
  }

  List<McpTool<McpVisit>> all() {
    return List.of(graph(), get(), set(), swarms());
  }

  private McpTool<McpVisit> graph() {
    return new McpTool<>(
        GRAPH_QUERY,
        "Ask the graph",
        "Searches the graph of agents and knowledge by text, lists a node's neighbours with the"
            + " heaviest edge first, or gives the shortest path between two nodes (which needs the"
            + " permission analytics).",
        Permission.OBSERVE,
        true,
        JsonShape.EMPTY
            .with("op", choice("what to ask", "search", "neighbours", "path"))
            .optional("text", text("for search: what a key or a label has to contain"))
            .optional("kind", choice("for search: only nodes of this kind", "agent", "knowledge"))
            .optional("node", text("for neighbours and path: a node's key, or its id in digits"))
            .optional("to", text("for path: the node at its end"))
            .optional("limit", whole("most nodes to tell of, by default " + USUAL, 1, MOST)),
        JsonShape.EMPTY
            .optional(
                "nodes",
                list("nodes that were found, or of the path", object("id, key, label, kind")))
            .optional("edges", list("edges between them", object("source, target, weight")))
            .optional("node", object("the node that was asked for"))
            .optional("neighbours", list("its neighbours", object("a node and the edge's weight")))
            .optional("total", whole("neighbours that there are"))
            .optional("distance", orNull(number("length of the path; null where there is none")))
            .optional("path", list("ids of the nodes of the path", whole("an id")))
            .open(),
        this::ask);
  }

  private Future<JsonObject> ask(McpVisit visit, McpCall call, JsonObject arguments) {
    int limit = arguments.getInteger("limit", USUAL);
    return switch (arguments.getString("op")) {
      case "search" ->
          search(
              new GraphSelection(
                  "", -1, limit, arguments.getString("kind", ""), required(arguments, "text")));
      case "path" -> {
        call.caller().require(Permission.ANALYTICS);
        yield roles
            .path(GRAPH_QUERY, new PathQuery(node(arguments, "node"), node(arguments, "to"), limit))
            .map(McpMeshTools::path);
      }
      default ->
          roles
              .neighbours(GRAPH_QUERY, new NeighboursQuery(node(arguments, "node"), limit))
              .map(found -> new JsonObject(Buffer.buffer(found.json().bytes())));
    };
  }

  private static NodeRef node(JsonObject arguments, String name) {
    return new NodeRef.Key(required(arguments, name));
  }

  private static String required(JsonObject arguments, String name) {
    String given = arguments.getString(name, "");
    if (given.isEmpty()) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE, name, "text for op " + arguments.getString("op"), "nothing");
    }
    return given;
  }

  private static JsonObject path(Path path) {
    JsonArray ids = new JsonArray();
    for (int slot : path.slots()) {
      ids.add(slot);
    }
    return new JsonObject()
        .put("distance", Float.isFinite(path.distance()) ? path.distance() : null)
        .put("path", ids)
        .put("nodes", new JsonArray(Buffer.buffer(path.nodes().bytes())));
  }

  private Future<JsonObject> search(GraphSelection selection) {
    GraphDownload download = new GraphDownload(GraphLink.open(mesh, GRAPH_QUERY), selection);
    return download.part(0).compose(first -> collected(download, first, Buffer.buffer(), 0));
  }

  private static Future<JsonObject> collected(
      GraphDownload download, Downloaded part, Buffer before, int number) {
    Buffer all = before.appendBytes(part.bytes());
    if (part.isLast()) {
      return Future.succeededFuture(new JsonObject(all));
    }
    if (all.length() > MOST_BYTES) {
      download.abandon();
      return Future.failedFuture(
          RefusalException.ofField(
              ErrorCode.INVALID_MESSAGE, "limit", "less, since these have too many edges", "more"));
    }
    return download.part(number + 1).compose(next -> collected(download, next, all, number + 1));
  }

  private McpTool<McpVisit> get() {
    return new McpTool<>(
        "settings_get",
        "Read settings",
        "The settings in force whose paths begin with prefix, such as visualisation.physics.",
        Permission.OBSERVE,
        true,
        JsonShape.EMPTY.with("prefix", text("the beginning of dotted paths, or a whole one")),
        JsonShape.EMPTY.with("settings", list("settings", settingShape().json())),
        (visit, call, arguments) ->
            named("settings_get", settings.readAll(arguments.getString("prefix")))
                .map(McpMeshTools::settings));
  }

  private static JsonShape settingShape() {
    return JsonShape.EMPTY
        .with("path", text("its dotted path"))
        .with("value", anything("the value in force"))
        .optional("default", anything("what it is when nobody changes it"));
  }

  private static JsonObject settings(List<SettingValue> values) {
    JsonArray all = new JsonArray();
    for (SettingValue value : values) {
      JsonObject one = new JsonObject().put("path", value.path()).put("value", any(value.value()));
      RawJson usual = value.defaultValue();
      all.add(usual == null ? one : one.put("default", any(usual)));
    }
    return new JsonObject().put("settings", all);
  }

  private static Object any(RawJson raw) {
    return Json.decodeValue(Buffer.buffer(raw.bytes()));
  }

  private McpTool<McpVisit> set() {
    return new McpTool<>(
        "settings_set",
        "Change a setting",
        "Changes a setting for the whole mesh; null takes its default back.",
        Permission.SETTINGS,
        false,
        JsonShape.EMPTY
            .with("path", text("its dotted path"))
            .optional("value", anything("the new value; null for the default")),
        JsonShape.EMPTY
            .with("path", text("its dotted path"))
            .with("value", anything("the value now in force"))
            .with("timestamp", whole("milliseconds since 1970")),
        (visit, call, arguments) -> {
          RawJson value =
              arguments.containsKey("value")
                  ? RawJson.of(Json.encode(arguments.getValue("value")))
                  : null;
          var update = SettingUpdates.update(arguments.getString("path"), value, "");
          return named("settings_set", settings.write(List.of(update)))
              .map(changes ->
                  new JsonObject()
                      .put("path", changes.getFirst().path())
                      .put("value", any(changes.getFirst().value()))
                      .put("timestamp", changes.getFirst().timestampMillis()));
        });
  }

  private McpTool<McpVisit> swarms() {
    return new McpTool<>(
        "swarm_status",
        "Look at swarms",
        "The swarms behind MCP servers that the mesh follows: how their servers are, what they can do"
            + " and how many agents and tasks they have. Of one by its name also these agents and"
            + " tasks, as its server lists them.",
        Permission.OBSERVE,
        true,
        JsonShape.EMPTY.optional("swarm", text("the name of one swarm; all, in short, if missing")),
        JsonShape.EMPTY
            .with("swarms", list("swarms by name", object("name, node, state, server, agents, …")))
            .with("partial", flag("whether a node that may know more did not answer")),
        (visit, call, arguments) -> {
          String name = arguments.getString("swarm");
          return name == null
              ? swarms.all().map(McpMeshTools::swarms)
              : swarms.one(name).map(one -> swarms(new Listed(List.of(one), false)));
        });
  }

  private static JsonObject swarms(Listed listed) {
    JsonArray all = new JsonArray();
    listed.reports().forEach(report -> all.add(any(report)));
    return new JsonObject().put("swarms", all).put("partial", listed.isPartial());
  }

  private static <T> Future<T> named(String operation, Future<T> asked) {
    return asked.recover(
        failure -> Future.failedFuture(Roles.named(operation, SettingsLink.ROLE, failure)));
  }
}
