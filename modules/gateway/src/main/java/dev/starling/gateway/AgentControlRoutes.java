/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.auth.Permission;
import dev.starling.protocol.flow.AgentsReader;
import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.flow.SpawnRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Objects;

/** {@code POST} and {@code DELETE /api/agents}: what is wanted of agents, wherever they are. */
final class AgentControlRoutes {
  private static final String AGENTS = "/api/agents";
  private static final String AGENT = "/api/agents/:id";

  private final AgentOperations operations;
  private final int maxMessage;
  private final Access access;

  AgentControlRoutes(AgentOperations operations, int maxMessage, Access access) {
    this.operations = operations;
    this.maxMessage = maxMessage;
    this.access = access;
  }

  void mount(Router routes) {
    routes.post(AGENTS).handler(access.require(Permission.AGENTS)).handler(JsonBodies::require);
    routes
        .post(AGENTS)
        .handler(BodyHandler.create(false).setBodyLimit(maxMessage))
        .handler(this::spawn)
        .failureHandler(JsonBodies::failed);
    for (ControlAction action : ControlAction.values()) {
      if (action != ControlAction.STOP) {
        routes
            .post(AGENT + "/" + action.word())
            .handler(access.require(Permission.AGENTS))
            .handler(JsonBodies::require)
            .handler(call -> control(call, action));
      }
    }
    routes
        .delete(AGENT)
        .handler(access.require(Permission.AGENTS))
        .handler(call -> control(call, ControlAction.STOP));
  }

  private void spawn(RoutingContext call) {
    Buffer body = call.body().buffer();
    SpawnRequest request = AgentsReader.spawn(body == null ? new byte[0] : body.getBytes());
    HttpReplies.answer(
        call,
        operations.spawn(request, subject(call)),
        started -> told(call, 201, started.agentId(), "node", started.node()));
  }

  private void control(RoutingContext call, ControlAction action) {
    HttpReplies.answer(
        call,
        operations.control(id(call), action, subject(call)),
        done -> told(call, 200, done.agentId(), "status", done.status()));
  }

  private static void told(
      RoutingContext call, int status, String agentId, String member, String value) {
    HttpReplies.json(
        call,
        status,
        json -> {
          json.writeStartObject();
          json.writeStringField("agentId", agentId);
          json.writeStringField(member, value);
          json.writeEndObject();
        });
  }

  private static String subject(RoutingContext call) {
    return Objects.requireNonNullElse(Access.principal(call).subject(), "");
  }

  private static String id(RoutingContext call) {
    return Objects.requireNonNullElse(call.pathParam("id"), "");
  }
}
