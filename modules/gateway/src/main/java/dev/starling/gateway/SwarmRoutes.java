/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Mesh;
import dev.starling.gateway.auth.Permission;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.AgentsReader;
import dev.starling.protocol.flow.SwarmRequest;
import dev.starling.protocol.mesh.AgentsMessage;
import dev.starling.protocol.mesh.AgentsMessage.SwarmConnect;
import dev.starling.protocol.mesh.AgentsMessage.SwarmIs;
import dev.starling.protocol.mesh.AgentsMessage.SwarmShutDown;
import dev.starling.protocol.mesh.AgentsMessage.SwarmStart;
import dev.starling.protocol.mesh.Asks;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Objects;

/** {@code /api/swarms}: the MCP swarms that nodes of the mesh follow, through any gateway. */
final class SwarmRoutes {
  private static final String SWARMS = "/api/swarms";
  private static final String SWARM = "/api/swarms/:name";
  private static final String ENDPOINT = "endpoint";
  private static final int NOT_FOUND = 404;

  private final SwarmDirectory directory;
  private final int maxMessage;
  private final Access access;

  SwarmRoutes(Mesh mesh, int maxMessage, Access access) {
    this.directory = new SwarmDirectory(mesh);
    this.maxMessage = maxMessage;
    this.access = access;
  }

  void mount(Router routes) {
    HttpReplies.reading(routes, SWARMS)
        .handler(access.require(Permission.OBSERVE))
        .handler(this::list);
    HttpReplies.reading(routes, SWARM)
        .handler(access.require(Permission.OBSERVE))
        .handler(call -> answer(call, 200, directory.one(name(call))));
    routes.post(SWARMS).handler(access.require(Permission.AGENTS)).handler(JsonBodies::require);
    routes
        .post(SWARMS)
        .handler(BodyHandler.create(false).setBodyLimit(maxMessage))
        .handler(this::start)
        .failureHandler(JsonBodies::failed);
    routes
        .post(SWARM + "/connect")
        .handler(access.require(Permission.AGENTS))
        .handler(JsonBodies::require)
        .handler(call -> tell(call, 200, new SwarmConnect()));
    routes
        .delete(SWARM)
        .handler(access.require(Permission.AGENTS))
        .handler(call -> tell(call, 200, new SwarmShutDown()));
  }

  private void list(RoutingContext call) {
    HttpReplies.answer(
        call,
        directory.all(),
        all ->
            HttpReplies.json(
                call,
                200,
                json -> {
                  json.writeStartObject();
                  json.writeArrayFieldStart("swarms");
                  for (RawJson swarm : all.reports()) {
                    json.writeRawValue(swarm.toString());
                  }
                  json.writeEndArray();
                  json.writeBooleanField("partial", all.isPartial());
                  json.writeEndObject();
                }));
  }

  private void start(RoutingContext call) {
    Buffer body = call.body().buffer();
    SwarmRequest request = AgentsReader.swarm(body == null ? new byte[0] : body.getBytes());
    SwarmStart start = new SwarmStart(request.topology(), request.maxAgents(), request.strategy());
    Future<RawJson> started =
        directory
            .tell(HttpReplies.operation(call), request.endpoint(), start)
            .recover(failure -> Future.failedFuture(ofEndpoint(failure, request.endpoint())));
    answer(call, 201, started);
  }

  /** The body names a swarm by another field than paths and other requests do. */
  private static Throwable ofEndpoint(Throwable failure, String endpoint) {
    return failure instanceof RefusalException refusal && SwarmDirectory.isUnknown(refusal)
        ? RefusalException.ofField(
            refusal.code(), ENDPOINT, String.valueOf(refusal.details().get("expected")), endpoint)
        : failure;
  }

  private <Q extends AgentsMessage & Asks<SwarmIs>> void tell(
      RoutingContext call, int status, Q message) {
    answer(call, status, directory.tell(HttpReplies.operation(call), name(call), message));
  }

  private static void answer(RoutingContext call, int status, Future<RawJson> asked) {
    Future<Runnable> reply =
        asked
            .<Runnable>map(report ->
                () -> HttpReplies.json(call, status, json -> json.writeRawValue(report.toString())))
            .recover(failure ->
                failure instanceof RefusalException refusal && isUnknown(refusal)
                    ? Future.succeededFuture(() -> HttpReplies.refuse(call, NOT_FOUND, refusal))
                    : Future.failedFuture(failure));
    HttpReplies.answer(call, reply, Runnable::run);
  }

  private static boolean isUnknown(RefusalException refusal) {
    return SwarmDirectory.isUnknown(refusal) || ENDPOINT.equals(refusal.details().get("field"));
  }

  private static String name(RoutingContext call) {
    return Objects.requireNonNullElse(call.pathParam("name"), "");
  }
}
