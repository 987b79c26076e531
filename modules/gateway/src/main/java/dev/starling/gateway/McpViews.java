/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Mesh;
import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.Principal;
import dev.starling.gateway.mcp.McpLibrary;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.JsonOutput;
import dev.starling.protocol.mesh.GatewayMessage.AgentsQuery;
import dev.starling.protocol.mesh.RouterMessage.RecentQuery;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The mesh as resources: agents, tasks, the graph, outcomes. Gateway's loop only. */
final class McpViews implements McpLibrary {
  static final String AGENTS = "mesh://agents";
  static final String GRAPH = "mesh://graph/summary";
  static final String OUTCOMES = "mesh://outcomes/recent";

  private static final String AGENT = AGENTS + "/";
  private static final String TASK = "mesh://tasks/";
  private static final int MOST_AGENTS = 1_000;
  private static final int MOST_OUTCOMES = 50;
  private static final String OPERATION = "resources/read";

  private final AgentDirectory directory;
  private final AgentOperations operations;
  private final OutcomeLog log;
  private @Nullable JsonObject simulation;

  McpViews(Mesh mesh, AgentOperations operations) {
    this.directory = new AgentDirectory(mesh);
    this.log = new OutcomeLog(mesh);
    this.operations = operations;
  }

  /** The resource of an agent. */
  static String agent(String agentId) {
    return AGENT + encoded(agentId);
  }

  /** The resource of a task. */
  static String task(String taskId) {
    return TASK + encoded(taskId);
  }

  private static String encoded(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public List<Entry> resources() {
    return List.of(
        new Entry(AGENTS, "agents", "Agents", "The agents of the mesh and how they are."),
        new Entry(
            GRAPH,
            "graph-summary",
            "Graph",
            "How large the knowledge graph is, and whether its layout moves."),
        new Entry(
            OUTCOMES,
            "outcomes-recent",
            "Recent outcomes",
            "The outcomes that were routed last, and to whom."));
  }

  @Override
  public List<Entry> templates() {
    return List.of(
        new Entry(AGENT + "{id}", "agent", "Agent", "One agent: what it is about and how it is."),
        new Entry(TASK + "{id}", "task", "Task", "One task: who has it and how far it is."));
  }

  @Override
  public Optional<String> canonical(String uri) {
    if (uri.equals(AGENTS) || uri.equals(GRAPH) || uri.equals(OUTCOMES)) {
      return Optional.of(uri);
    }
    return id(uri, AGENT).map(McpViews::agent).or(() -> id(uri, TASK).map(McpViews::task));
  }

  /** The id behind a prefix; empty where there is none. */
  private static Optional<String> id(String uri, String prefix) {
    String rest = uri.startsWith(prefix) ? uri.substring(prefix.length()) : "";
    if (rest.isEmpty() || rest.contains("/")) {
      return Optional.empty();
    }
    try {
      return Optional.of(URLDecoder.decode(rest.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  @Override
  public void mayFollow(Principal caller) {
    caller.require(Permission.OBSERVE);
  }

  @Override
  public Future<JsonObject> read(String uri, Principal caller) {
    mayFollow(caller);
    return switch (uri) {
      case AGENTS -> agents();
      case GRAPH -> graph();
      case OUTCOMES -> log.recent(new RecentQuery(0, MOST_OUTCOMES)).map(McpViews::json);
      default -> one(uri);
    };
  }

  private Future<JsonObject> one(String uri) {
    Optional<String> agentId = id(uri, AGENT);
    if (agentId.isPresent()) {
      return directory
          .one(agentId.get())
          .map(agent -> json(json -> AgentRoutes.agent(json, agent)));
    }
    return operations.task(OPERATION, id(uri, TASK).orElse(""), 0).map(McpTaskTools::json);
  }

  private Future<JsonObject> agents() {
    return directory.page(new AgentsQuery("", MOST_AGENTS, null, null, null)).map(McpViews::page);
  }

  /** A page of agents, each in short. */
  static JsonObject page(AgentDirectory.Page page) {
    JsonArray agents = new JsonArray();
    page.agents().forEach(agent -> agents.add(McpAgentTools.brief(agent)));
    return new JsonObject()
        .put("agents", agents)
        .put("next", page.next())
        .put("partial", page.isPartial());
  }

  private Future<JsonObject> graph() {
    JsonObject known = simulation;
    return known == null
        ? Future.failedFuture(
            RefusalException.unavailable("physics", "no simulator of the mesh has said how it is"))
        : Future.succeededFuture(known.copy());
  }

  /** Takes note of how the simulation is; whether that is more than its daily numbers. */
  boolean simulationIs(JsonObject state) {
    JsonObject now =
        new JsonObject()
            .put("nodes", state.getValue("nodes"))
            .put("edges", state.getValue("edges"))
            .put("moving", !state.getBoolean("converged", false));
    boolean isOther = !now.equals(simulation);
    simulation = now;
    return isOther;
  }

  /** What is written for REST, as an object. */
  static JsonObject json(JsonOutput.Body body) {
    return new JsonObject(Buffer.buffer(JsonOutput.bytes(body)));
  }
}
