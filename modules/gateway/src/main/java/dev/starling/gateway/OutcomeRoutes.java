/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Mesh;
import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.Principal;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.RecentQuery;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.qis.QisReader;
import dev.starling.protocol.qis.QisReader.Posted;
import dev.starling.protocol.qis.QisServerMessage.OutcomeAck;
import dev.starling.protocol.qis.QisWriter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code /api/outcomes}: outcomes without a socket, and what was routed lately. */
final class OutcomeRoutes {
  private static final String ANONYMOUS = "anonymous";

  private final OutcomeLog log;
  private final Gateway gateway;
  private final int maxMessage;
  private final Access access;

  OutcomeRoutes(Mesh mesh, Gateway gateway, int maxMessage, Access access) {
    this.log = new OutcomeLog(mesh);
    this.gateway = gateway;
    this.maxMessage = maxMessage;
    this.access = access;
  }

  void mount(Router routes) {
    routes
        .post("/api/outcomes")
        .handler(access.require(Permission.EMIT))
        .handler(JsonBodies::require);
    routes
        .post("/api/outcomes")
        .handler(BodyHandler.create(false).setBodyLimit(maxMessage))
        .handler(this::post)
        .failureHandler(JsonBodies::failed);
    HttpReplies.reading(routes, "/api/outcomes")
        .handler(access.require(Permission.OBSERVE))
        .handler(this::recent);
  }

  private void post(RoutingContext call) {
    long acceptedMicros = gateway.clock().now();
    Buffer body = call.body().buffer();
    Posted posted = QisReader.posted(body == null ? new byte[0] : body.getBytes());
    Principal principal = Access.principal(call);
    Future<Routed> routed =
        holder(posted.agentId(), principal)
            .compose(agent -> {
              String source = agent == null ? sourceOf(principal) : agent.agentId();
              Fingerprint own = agent == null ? null : agent.fingerprint();
              return gateway.deposit(source, own, posted.packet(), acceptedMicros);
            })
            .recover(failure ->
                Future.failedFuture(Roles.timed(HttpReplies.operation(call), "router", failure)));
    HttpReplies.answer(call, routed, done -> acknowledge(call, done));
  }

  private static String sourceOf(Principal principal) {
    String subject = principal.subject();
    return "rest:" + (subject == null ? ANONYMOUS : subject);
  }

  /** The registration of an agent that the caller may speak for; null for none. */
  private Future<@Nullable Registration> holder(@Nullable String agentId, Principal principal) {
    return agentId == null
        ? Future.succeededFuture()
        : gateway
            .holder(agentId)
            .map(
                found -> found.filter(one -> one.subject().equals(principal.owner())).orElse(null));
  }

  private static void acknowledge(RoutingContext call, Routed routed) {
    OutcomeAck ack =
        new OutcomeAck(
            null,
            routed.status().name().toLowerCase(Locale.ROOT),
            routed.outcomeId(),
            routed.routedTo(),
            routed.partial());
    call.response()
        .putHeader("content-type", "application/json")
        .end(Buffer.buffer(QisWriter.bytes(ack)));
  }

  private void recent(RoutingContext call) {
    long since = HttpReplies.number(call, "since", 0, Long.MAX_VALUE, 0);
    int limit = (int) HttpReplies.number(call, "limit", 1, 1_000, 100);
    HttpReplies.answer(
        call,
        log.recent(new RecentQuery(since, limit)),
        found -> HttpReplies.json(call, 200, found));
  }
}
