/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.gateway.auth.Permission;
import dev.starling.protocol.flow.NodeRef;
import dev.starling.protocol.flow.PathReader;
import dev.starling.protocol.frame.PathColumns;
import dev.starling.protocol.mesh.PhysicsMessage.Path;
import dev.starling.protocol.mesh.PhysicsMessage.PathQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Paths;
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

  PathRoutes(Roles roles, Access access) {
    this.roles = roles;
    this.access = access;
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
        paths -> HttpReplies.json(call, 200, json -> write(json, paths)));
  }

  private void path(RoutingContext call) {
    List<NodeRef> ends = PathReader.nodes(body(call), "from", "to");
    HttpReplies.answer(
        call,
        roles.path(HttpReplies.operation(call), new PathQuery(ends.get(0), ends.get(1))),
        path -> HttpReplies.json(call, 200, json -> write(json, path)));
  }

  private static void write(JsonGenerator json, Paths paths) throws IOException {
    PathColumns columns = paths.columns();
    int reached = 0;
    float furthest = 0;
    for (int slot : paths.slots()) {
      float distance = columns.distance(slot);
      if (Float.isFinite(distance)) {
        reached++;
        furthest = Math.max(furthest, distance);
      }
    }
    json.writeStartObject();
    json.writeNumberField("source", columns.source());
    json.writeNumberField("nodesReached", reached);
    json.writeNumberField("maxDistance", furthest);
    json.writeFieldName("nodes");
    json.writeArray(paths.slots(), 0, paths.slots().length);
    json.writeArrayFieldStart("distances");
    for (int slot : paths.slots()) {
      distance(json, columns.distance(slot));
    }
    json.writeEndArray();
    json.writeArrayFieldStart("parents");
    for (int slot : paths.slots()) {
      json.writeNumber(columns.parent(slot));
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Path path) throws IOException {
    json.writeStartObject();
    json.writeNumberField("from", path.from());
    json.writeNumberField("to", path.to());
    json.writeFieldName("distance");
    distance(json, path.distance());
    json.writeFieldName("path");
    json.writeArray(path.slots(), 0, path.slots().length);
    json.writeEndObject();
  }

  /** Null where no path leads: JSON has no infinity. */
  private static void distance(JsonGenerator json, float distance) throws IOException {
    if (Float.isFinite(distance)) {
      json.writeNumber(distance);
    } else {
      json.writeNull();
    }
  }
}
