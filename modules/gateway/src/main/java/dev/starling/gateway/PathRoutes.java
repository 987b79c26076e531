/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.gateway.auth.Permission;
import dev.starling.protocol.flow.NodeRef;
import dev.starling.protocol.flow.PathReader;
import dev.starling.protocol.mesh.PhysicsMessage.Path;
import dev.starling.protocol.mesh.PhysicsMessage.PathQuery;
import dev.starling.protocol.mesh.PhysicsMessage.PathsQuery;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.util.List;

/** {@code /api/analytics/pathfinding}: shortest paths in the graph. Nodes are told by frame id. */
final class PathRoutes {
  private static final String AT = "/api/analytics/pathfinding/";
  private static final int MOST_BODY = 16 << 10;

  private final Roles roles;
  private final Access access;
  private final DocumentPlaces places;

  PathRoutes(Roles roles, Access access, DocumentPlaces places) {
    this.roles = roles;
    this.access = access;
    this.places = places;
  }

  void mount(Router routes) {
    post(routes, AT + "sssp", this::paths);
    post(routes, AT + "path", this::path);
  }

  private void post(Router routes, String path, Handler<RoutingContext> handler) {
    routes.post(path).handler(access.require(Permission.ANALYTICS)).handler(JsonBodies::require);
    routes
        .post(path)
        .handler(BodyHandler.create(false).setBodyLimit(MOST_BODY))
        .handler(handler)
        .failureHandler(JsonBodies::failed);
  }

  private static byte[] body(RoutingContext call) {
    Buffer body = call.body().buffer();
    return body == null ? new byte[0] : body.getBytes();
  }

  private void paths(RoutingContext call) {
    NodeRef source = PathReader.nodes(body(call), "source").getFirst();
    HttpReplies.answer(
        call,
        roles.paths(HttpReplies.operation(call), new PathsQuery(source)),
        paths -> {
          call.response()
              .putHeader("cache-control", "no-store")
              .putHeader("content-type", "application/json");
          new AnswerInParts(call, places, PathsAnswer.of(call.vertx(), paths)).start();
        });
  }

  private void path(RoutingContext call) {
    List<NodeRef> ends = PathReader.nodes(body(call), "from", "to");
    HttpReplies.answer(
        call,
        roles.path(HttpReplies.operation(call), new PathQuery(ends.get(0), ends.get(1), 0)),
        path -> HttpReplies.json(call, 200, json -> write(json, path)));
  }

  private static void write(JsonGenerator json, Path path) throws IOException {
    json.writeStartObject();
    json.writeNumberField("from", path.from());
    json.writeNumberField("to", path.to());
    json.writeFieldName("distance");
    PathsAnswer.distance(json, path.distance());
    json.writeFieldName("path");
    json.writeArray(path.slots(), 0, path.slots().length);
    json.writeEndObject();
  }
}
