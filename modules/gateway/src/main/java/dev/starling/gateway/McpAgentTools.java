/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.gateway.mcp.JsonShape.choice;
import static dev.starling.gateway.mcp.JsonShape.flag;
import static dev.starling.gateway.mcp.JsonShape.list;
import static dev.starling.gateway.mcp.JsonShape.number;
import static dev.starling.gateway.mcp.JsonShape.orNull;
import static dev.starling.gateway.mcp.JsonShape.text;
import static dev.starling.gateway.mcp.JsonShape.whole;

import dev.starling.fabric.Mesh;
import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.mcp.JsonShape;
import dev.starling.gateway.mcp.McpCall;
import dev.starling.gateway.mcp.McpTool;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.flow.AgentsReader;
import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.mesh.AgentLabel;
import dev.starling.protocol.mesh.GatewayMessage.AgentView;
import dev.starling.protocol.mesh.GatewayMessage.AgentsQuery;
import dev.starling.protocol.qis.QisClientMessage.Register;
import dev.starling.protocol.qis.QisReader;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/** To be an agent by MCP, and what a client may do with agents. Gateway's loop only. */
final class McpAgentTools {
  private static final int USUAL = 100;
  private static final int MOST = 1_000;

  private final Mesh mesh;
  private final Gateway gateway;
  private final AgentDirectory directory;
  private final McpVisits visits;
  private final GatewayMetrics metrics;
  private final int inboxBytes;

  McpAgentTools(
      Mesh mesh, Gateway gateway, McpVisits visits, GatewayMetrics metrics, int inboxBytes) {
    this.mesh = mesh;
    this.gateway = gateway;
    this.directory = new AgentDirectory(mesh);
    this.visits = visits;
    this.metrics = metrics;
    this.inboxBytes = inboxBytes;
  }

  List<McpTool<McpVisit>> all() {
    return List.of(register(), listAgents(), spawn(), control());
  }

  private McpTool<McpVisit> register() {
    return new McpTool<>(
        "mesh_register",
        "Join the mesh",
        "Makes this session an agent of the mesh. Outcomes that match its fingerprint or profile are"
            + " kept for outcome_poll; tasks, if it takes any, for task_claim. Again with other"
            + " arguments changes what it is about.",
        Permission.EMIT,
        false,
        JsonShape.EMPTY
            .with("name", text("what people see"))
            .optional("kind", text("a word for what it does, such as researcher"))
            .optional("agent_id", text("its id, to be the same agent again later; made if missing"))
            .optional("profile", text("what it is about, in words, which the mesh embeds"))
            .optional(
                "fingerprint",
                list("what it is about, in place of a profile", number("any finite number")))
            .optional("space", text("the space of the fingerprint; its dimensions if missing"))
            .optional("threshold", number("the least cosine it wants; the mesh's if missing", 0, 1))
            .optional("capabilities", list("what it can do", text("a word")))
            .optional(
                "tasks",
                whole(
                    "how many tasks it takes at a time; to be claimed within half a minute",
                    0,
                    QisReader.MOST_TASKS)),
        JsonShape.EMPTY
            .with("agent_id", text("the agent's id"))
            .with("similarity_threshold", number("the least cosine at which outcomes reach it"))
            .with("agent_count", whole("agents of the whole mesh"))
            .with("gateway", text("the node that holds it")),
        this::register);
  }

  private Future<JsonObject> register(McpVisit visit, McpCall call, JsonObject arguments) {
    Register register = read(arguments);
    McpAgent mine = visit.agent();
    McpAgent agent =
        visits.takeUp(register.agentId(), visit.owner()).orElse(mine != null ? mine : newAgent());
    if (mine != null && mine != agent) {
      mine.end();
      gateway.withdraw(mine);
    }
    visit.is(agent);
    agent.attend();
    return gateway
        .register(agent, register, visit.owner())
        .map(done ->
            new JsonObject()
                .put("agent_id", done.agentId())
                .put("similarity_threshold", done.similarityThreshold())
                .put("agent_count", done.agentCount())
                .put("gateway", done.gateway()));
  }

  private McpAgent newAgent() {
    McpInbox inbox = new McpInbox(inboxBytes, () -> metrics.dropped("mcp-inbox"));
    return new McpAgent(mesh.vertx(), gateway.awake(), inbox);
  }

  /** The same message as by socket, and so the same rules. */
  private static Register read(JsonObject arguments) {
    JsonObject message = arguments.copy();
    JsonObject meta = new JsonObject();
    for (String label : List.of("name", "kind", "capabilities")) {
      Object said = message.remove(label);
      if (said != null) {
        meta.put(label, said);
      }
    }
    byte[] bytes = message.put("meta", meta).toBuffer().getBytes();
    try {
      return (Register) QisReader.read("register", bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private McpTool<McpVisit> listAgents() {
    return new McpTool<>(
        "agent_list",
        "List agents",
        "The agents of the whole mesh, in the order of their ids.",
        Permission.OBSERVE,
        true,
        JsonShape.EMPTY
            .optional("kind", text("only agents of this kind"))
            .optional(
                "status", choice("only agents that are so", AgentLife.KNOWN.toArray(String[]::new)))
            .optional("limit", whole("most agents, by default " + USUAL, 1, MOST))
            .optional("after", text("the next of the page before")),
        JsonShape.EMPTY
            .with("agents", list("agents", briefShape().json()))
            .with("next", orNull(text("where the next page begins; null at the end")))
            .with("partial", flag("whether a node did not answer")),
        (visit, call, arguments) ->
            directory
                .page(
                    new AgentsQuery(
                        arguments.getString("after", ""),
                        arguments.getInteger("limit", USUAL),
                        null,
                        arguments.getString("kind"),
                        AgentRoutes.life(arguments.getString("status"))))
                .map(McpViews::page));
  }

  private static JsonShape briefShape() {
    return JsonShape.EMPTY
        .with("agent_id", text("its id"))
        .with("name", text("what people see; may be empty"))
        .with("kind", text("what it does; may be empty"))
        .with("capabilities", list("what it can do", text("a word")))
        .with("status", text("one of " + String.join(", ", AgentLife.KNOWN)))
        .with("space", orNull(text("the space of its fingerprint; null for none")))
        .with("threshold", number("the least cosine at which outcomes reach it"))
        .with("gateway", text("the node that holds it"))
        .with("registered_at", whole("milliseconds since 1970"));
  }

  /** An agent in short. */
  static JsonObject brief(AgentView agent) {
    AgentLabel label = AgentLabel.of(agent.meta());
    JsonObject state = new JsonObject(Buffer.buffer(agent.status().bytes()));
    return new JsonObject()
        .put("agent_id", agent.agentId())
        .put("name", label.name())
        .put("kind", label.kind())
        .put("capabilities", label.capabilities())
        .put("status", state.getString("status", ""))
        .put("space", agent.dimension() > 0 ? agent.space() : null)
        .put("threshold", agent.threshold())
        .put("gateway", agent.gateway())
        .put("registered_at", agent.registeredMillis());
  }

  private McpTool<McpVisit> spawn() {
    return new McpTool<>(
        "agent_spawn",
        "Start an agent",
        "Starts an agent on a node that can; which kinds there are is told where one is unknown. It can"
            + " be given tasks a moment later.",
        Permission.AGENTS,
        false,
        JsonShape.EMPTY
            .with("kind", text("the kind of agent to start"))
            .optional("name", text("what people see"))
            .optional("profile", text("what it is about, where the kind leaves that open"))
            .optional("node", text("id or name of the node that is to run it; any if missing"))
            .optional("swarm", text("name of the swarm that is to spawn it, in place of a node")),
        JsonShape.EMPTY
            .with("agent_id", text("the agent's id"))
            .with("node", text("where it runs")),
        (visit, call, arguments) ->
            gateway
                .operations()
                .spawn(AgentsReader.spawn(arguments.toBuffer().getBytes()), visit.owner())
                .map(started ->
                    new JsonObject()
                        .put("agent_id", started.agentId())
                        .put("node", started.node())));
  }

  private McpTool<McpVisit> control() {
    String[] actions =
        Arrays.stream(ControlAction.values()).map(ControlAction::word).toArray(String[]::new);
    return new McpTool<>(
        "agent_control",
        "Control an agent",
        "Pauses, resumes, stops or restarts an agent, wherever it runs.",
        Permission.AGENTS,
        false,
        JsonShape.EMPTY
            .with("agent_id", text("the agent's id"))
            .with("action", choice("what it is to do", actions)),
        JsonShape.EMPTY
            .with("agent_id", text("the agent's id"))
            .with("status", text("how it is now")),
        (visit, call, arguments) ->
            gateway
                .operations()
                .control(
                    arguments.getString("agent_id"),
                    action(arguments.getString("action")),
                    visit.owner())
                .map(done ->
                    new JsonObject().put("agent_id", done.agentId()).put("status", done.status())));
  }

  private static ControlAction action(String word) {
    return Arrays.stream(ControlAction.values())
        .filter(one -> one.word().equals(word))
        .findFirst()
        .orElseThrow();
  }
}
