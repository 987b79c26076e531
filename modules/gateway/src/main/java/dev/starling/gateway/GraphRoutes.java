/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Mesh;
import dev.starling.gateway.auth.Permission;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.JsonOutput;
import dev.starling.protocol.mesh.PhysicsMessage.GraphChange;
import dev.starling.protocol.mesh.PhysicsMessage.GraphSelection;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Objects;

/**
 * {@code /api/graph}: the graph as a document, read and written through any gateway. Documents pass
 * through in parts and are read by who leads the graph, so that a gateway holds two parts of each
 * at the most.
 */
final class GraphRoutes {
  private static final String DATA = "/api/graph/data";
  private static final String NODES = "/api/graph/nodes";
  private static final String NODE = "/api/graph/nodes/:id";
  private static final String EDGES = "/api/graph/edges";
  private static final String IMPORT = "/api/graph/import";
  private static final String EXPORT = "/api/graph/export";

  /** What only JSON answers of the graph have: the format of {@link #DATA}. */
  private static final String WHOLE = "";

  private static final int ALL = 0;
  private static final int FROM_THE_FIRST = -1;
  private static final int LONGEST_TEXT = 256;
  private static final int MOST_IN_A_PAGE = 1_000_000;

  private final Mesh mesh;
  private final Access access;
  private final DocumentPlaces places;

  GraphRoutes(Mesh mesh, Access access, DocumentPlaces places) {
    this.mesh = mesh;
    this.access = access;
    this.places = places;
  }

  void mount(Router routes) {
    reading(routes, DATA, this::data);
    reading(routes, EXPORT, this::export);
    writing(routes, HttpMethod.PUT, DATA, GraphChange.REPLACE);
    writing(routes, HttpMethod.POST, NODES, GraphChange.MERGE);
    writing(routes, HttpMethod.POST, EDGES, GraphChange.MERGE);
    writing(routes, HttpMethod.DELETE, NODES, GraphChange.REMOVE);
    writing(routes, HttpMethod.DELETE, EDGES, GraphChange.REMOVE);
    held(routes, HttpMethod.POST, IMPORT)
        .handler(JsonBodies::requirePlain)
        .handler(this::importDocument);
    routes
        .route(HttpMethod.DELETE, NODE)
        .handler(access.require(Permission.GRAPH))
        .handler(this::removeNode);
  }

  private void reading(Router routes, String path, Handler<RoutingContext> handler) {
    HttpReplies.reading(routes, path).handler(access.require(Permission.OBSERVE)).handler(handler);
  }

  private void writing(Router routes, HttpMethod method, String path, GraphChange change) {
    held(routes, method, path)
        .handler(JsonBodies::require)
        .handler(call -> take(call, change, DocumentFormat.JSON));
  }

  /** A body waits until somebody reads it, and is thrown away where nobody did. */
  private Route held(Router routes, HttpMethod method, String path) {
    return routes
        .route(method, path)
        .handler(call -> {
          call.request().pause();
          call.addEndHandler(ignored -> GraphUpload.passOver(call.request()));
          call.next();
        })
        .handler(access.require(Permission.GRAPH));
  }

  private void data(RoutingContext call) {
    int limit = (int) HttpReplies.number(call, "limit", 1, MOST_IN_A_PAGE, ALL);
    int after = (int) HttpReplies.number(call, "after", 0, Integer.MAX_VALUE, FROM_THE_FIRST);
    GraphSelection selection = new GraphSelection(WHOLE, after, limit, kind(call), text(call));
    answer(call, DocumentFormat.JSON, selection);
  }

  private static String kind(RoutingContext call) {
    String kind = Objects.requireNonNullElse(HttpReplies.parameter(call, "kind"), "");
    if (!kind.isEmpty() && !kind.equals("agent") && !kind.equals("knowledge")) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE, "kind", "agent or knowledge", cut(kind));
    }
    return kind;
  }

  private static String text(RoutingContext call) {
    String text = Objects.requireNonNullElse(HttpReplies.parameter(call, "q"), "");
    if (text.length() > LONGEST_TEXT) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE, "q", "at most " + LONGEST_TEXT + " characters", cut(text));
    }
    return text;
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(text.length(), 40));
  }

  private void export(RoutingContext call) {
    DocumentFormat format = DocumentFormat.ofAnswer(call);
    call.response()
        .putHeader("content-disposition", "attachment; filename=\"graph" + format.suffix() + '"');
    answer(call, format, new GraphSelection(format.word(), FROM_THE_FIRST, ALL, "", ""));
  }

  private void answer(RoutingContext call, DocumentFormat format, GraphSelection selection) {
    GraphLink link = GraphLink.open(mesh, HttpReplies.operation(call));
    call.response()
        .putHeader("cache-control", "no-store")
        .putHeader(HttpHeaders.CONTENT_TYPE, format.mediaType());
    new AnswerInParts(call, places, new GraphDownload(link, selection)).start();
  }

  private void importDocument(RoutingContext call) {
    take(call, mode(call), DocumentFormat.ofBody(call));
  }

  private static GraphChange mode(RoutingContext call) {
    String mode = Objects.requireNonNullElse(HttpReplies.parameter(call, "mode"), "merge");
    return switch (mode.toLowerCase(Locale.ROOT)) {
      case "merge" -> GraphChange.MERGE;
      case "replace" -> GraphChange.REPLACE;
      default ->
          throw RefusalException.ofField(
              ErrorCode.INVALID_MESSAGE, "mode", "merge or replace", cut(mode));
    };
  }

  private void take(RoutingContext call, GraphChange change, DocumentFormat format) {
    GraphLink link = GraphLink.open(mesh, HttpReplies.operation(call));
    Future<RawJson> done = GraphUpload.of(call, places, link, change, format);
    HttpReplies.answer(call, done, result -> end(call, result));
  }

  private void removeNode(RoutingContext call) {
    String id = Objects.requireNonNullElse(call.pathParam("id"), "");
    byte[] document =
        JsonOutput.bytes(json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("nodes");
          json.writeString(id);
          json.writeEndArray();
          json.writeEndObject();
        });
    GraphLink link = GraphLink.open(mesh, HttpReplies.operation(call));
    Future<RawJson> done = GraphUpload.of(link, GraphChange.REMOVE, document);
    HttpReplies.answer(
        call,
        done,
        result -> {
          if (isNothingRemoved(result)) {
            throw new RefusalException(
                ErrorCode.NODE_NOT_FOUND, "there is no such node of knowledge: " + cut(id));
          }
          end(call, result);
        });
  }

  private static boolean isNothingRemoved(RawJson result) {
    JsonObject removed = new JsonObject(result.toString()).getJsonObject("removed");
    return removed.getInteger("nodes") == 0;
  }

  private static void end(RoutingContext call, RawJson result) {
    call.response().putHeader("cache-control", "no-store");
    HttpReplies.end(call, "application/json", Buffer.buffer(result.bytes()));
  }
}
