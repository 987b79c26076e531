/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.gateway.auth.Permission;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.json.JsonOutput;
import dev.starling.protocol.mesh.GatewayMessage.AgentView;
import dev.starling.protocol.mesh.GatewayMessage.AgentsPage;
import dev.starling.protocol.mesh.GatewayMessage.AgentsQuery;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/agents}: the agents of the whole mesh, asked of the gateways that hold them. */
final class AgentRoutes {
  private static final int MOST = 10_000;
  private static final int USUAL = 1_000;

  private static final String AGENTS = "/api/agents";
  private static final String AGENT = "/api/agents/:id";

  private final Mesh mesh;
  private final Access access;

  AgentRoutes(Mesh mesh, Access access) {
    this.mesh = mesh;
    this.access = access;
  }

  void mount(Router routes) {
    HttpReplies.reading(routes, AGENTS)
        .handler(access.require(Permission.OBSERVE))
        .handler(this::list);
    HttpReplies.reading(routes, AGENT)
        .handler(access.require(Permission.OBSERVE))
        .handler(this::one);
  }

  /** While an agent moves two gateways may know it. */
  private void one(RoutingContext call) {
    String id = Objects.requireNonNullElse(call.pathParam("id"), "");
    List<Future<AgentsPage>> answers = ask(new AgentsQuery("", 1, id, null, null));
    Future<AgentView> found =
        Future.join(answers)
            .transform(ignored ->
                answers.stream()
                    .filter(Future::succeeded)
                    .flatMap(answer -> answer.result().agents().stream())
                    .reduce(AgentRoutes::later)
                    .map(Future::succeededFuture)
                    .orElseGet(() -> Future.failedFuture(missing(id, answers))));
    HttpReplies.answer(
        call, found, agent -> HttpReplies.json(call, 200, json -> agent(json, agent)));
  }

  /** A gateway that does not answer may hold it. */
  private static RefusalException missing(String id, List<Future<AgentsPage>> answers) {
    return answers.stream().allMatch(Future::succeeded)
        ? AgentOperations.unknown(id)
        : RefusalException.unavailable(
            "gateway", "not every gateway of the mesh answers now; try again");
  }

  private List<Future<AgentsPage>> ask(AgentsQuery query) {
    return mesh.view().holders().stream()
        .map(node -> mesh.bus().request(Addresses.gateway(node.id()), query, Roles.PATIENCE))
        .toList();
  }

  private void list(RoutingContext call) {
    int limit = (int) HttpReplies.number(call, "limit", 1, MOST, USUAL);
    String given = HttpReplies.parameter(call, "after");
    String after = given == null ? "" : given;
    AgentsQuery query =
        new AgentsQuery(after, limit, null, HttpReplies.parameter(call, "kind"), status(call));
    List<Future<AgentsPage>> answers = ask(query);
    Future.join(answers).onComplete(ignored -> write(call, answers, limit));
  }

  private static @Nullable AgentLife status(RoutingContext call) {
    String given = HttpReplies.parameter(call, "status");
    return given == null
        ? null
        : AgentLife.of(given)
            .orElseThrow(() ->
                RefusalException.ofField(
                    ErrorCode.INVALID_MESSAGE,
                    "status",
                    "one of " + String.join(", ", AgentLife.KNOWN),
                    given.substring(0, Math.min(given.length(), 40))));
  }

  private static void write(RoutingContext call, List<Future<AgentsPage>> answers, int limit) {
    NavigableMap<String, AgentView> agents = new TreeMap<>();
    String end = null;
    boolean missing = false;
    for (Future<AgentsPage> answer : answers) {
      if (answer.failed()) {
        missing = true;
        continue;
      }
      List<AgentView> page = answer.result().agents();
      page.forEach(agent -> agents.merge(agent.agentId(), agent, AgentRoutes::later));
      if (answer.result().more()) {
        String last = page.getLast().agentId();
        end = end == null || last.compareTo(end) < 0 ? last : end;
      }
    }
    write(call, cut(agents, end, limit), missing);
  }

  /** While an agent moves, the gateway that it leaves may still tell of it. */
  private static AgentView later(AgentView one, AgentView other) {
    return other.registeredMillis() > one.registeredMillis() ? other : one;
  }

  /** The agents up to which every gateway told of all that it has. */
  private static Page cut(NavigableMap<String, AgentView> agents, @Nullable String end, int limit) {
    NavigableMap<String, AgentView> told = end == null ? agents : agents.headMap(end, true);
    List<AgentView> page = told.values().stream().limit(limit).toList();
    boolean more = end != null || page.size() < told.size();
    return new Page(page, more && !page.isEmpty() ? page.getLast().agentId() : null);
  }

  private record Page(List<AgentView> agents, @Nullable String next) {}

  private static void write(RoutingContext call, Page page, boolean missing) {
    HttpReplies.json(
        call,
        200,
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("agents");
          for (AgentView agent : page.agents()) {
            agent(json, agent);
          }
          json.writeEndArray();
          json.writeStringField("next", page.next());
          json.writeBooleanField("partial", missing);
          json.writeEndObject();
        });
  }

  private static void agent(JsonGenerator json, AgentView agent) throws IOException {
    json.writeStartObject();
    json.writeStringField("agent_id", agent.agentId());
    json.writeStringField("gateway", agent.gateway());
    if (agent.dimension() > 0) {
      json.writeStringField("space", agent.space());
    } else {
      json.writeNullField("space");
    }
    json.writeNumberField("dimension", agent.dimension());
    json.writeNumberField("threshold", agent.threshold());
    json.writeNumberField("registered_at", agent.registeredMillis());
    JsonOutput.raw(json, "meta", agent.meta());
    JsonOutput.raw(json, "state", agent.status());
    json.writeEndObject();
  }
}
