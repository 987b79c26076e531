/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.fabric.Mesh;
import dev.starling.gateway.auth.Permission;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.json.JsonOutput;
import dev.starling.protocol.mesh.GatewayMessage.AgentView;
import dev.starling.protocol.mesh.GatewayMessage.AgentsQuery;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/agents}: the agents of the whole mesh, asked of the gateways that hold them. */
final class AgentRoutes {
  private static final int MOST = 10_000;
  private static final int USUAL = 1_000;

  private static final String AGENTS = "/api/agents";
  private static final String AGENT = "/api/agents/:id";

  private final AgentDirectory directory;
  private final Access access;

  AgentRoutes(Mesh mesh, Access access) {
    this.directory = new AgentDirectory(mesh);
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

  private void one(RoutingContext call) {
    String id = Objects.requireNonNullElse(call.pathParam("id"), "");
    HttpReplies.answer(
        call, directory.one(id), agent -> HttpReplies.json(call, 200, json -> agent(json, agent)));
  }

  private void list(RoutingContext call) {
    int limit = (int) HttpReplies.number(call, "limit", 1, MOST, USUAL);
    String given = HttpReplies.parameter(call, "after");
    String after = given == null ? "" : given;
    AgentsQuery query =
        new AgentsQuery(after, limit, null, HttpReplies.parameter(call, "kind"), status(call));
    HttpReplies.answer(call, directory.page(query), page -> write(call, page));
  }

  private static @Nullable AgentLife status(RoutingContext call) {
    return life(HttpReplies.parameter(call, "status"));
  }

  /**
   * The status of a word; null for none.
   *
   * @throws RefusalException INVALID_MESSAGE
   */
  static @Nullable AgentLife life(@Nullable String given) {
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

  private static void write(RoutingContext call, AgentDirectory.Page page) {
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
          json.writeBooleanField("partial", page.isPartial());
          json.writeEndObject();
        });
  }

  /** An agent as REST shows it. */
  static void agent(JsonGenerator json, AgentView agent) throws IOException {
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
