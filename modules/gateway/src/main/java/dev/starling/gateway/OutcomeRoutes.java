/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.gateway.auth.Permission;
import dev.starling.gateway.auth.Principal;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.JsonOutput;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.AgentMatch;
import dev.starling.protocol.mesh.RouterMessage.RecentOutcome;
import dev.starling.protocol.mesh.RouterMessage.RecentOutcomes;
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
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code /api/outcomes}: outcomes without a socket, and what was routed lately. */
final class OutcomeRoutes {
  private static final String ANONYMOUS = "anonymous";

  private final Mesh mesh;
  private final Gateway gateway;
  private final int maxMessage;
  private final Access access;

  OutcomeRoutes(Mesh mesh, Gateway gateway, int maxMessage, Access access) {
    this.mesh = mesh;
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
    RecentQuery query = new RecentQuery(since, limit);
    List<NodeInfo> routers = mesh.view().running("router");
    if (routers.isEmpty()) {
      HttpReplies.refuse(
          call, RefusalException.unavailable("router", "no node of the mesh runs this role"));
      return;
    }
    List<Future<RecentOutcomes>> answers =
        routers.stream()
            .map(node -> mesh.bus().request(Addresses.router(node.id()), query, Roles.PATIENCE))
            .toList();
    Future.join(answers).onComplete(ignored -> write(call, answers, limit));
  }

  private static void write(RoutingContext call, List<Future<RecentOutcomes>> answers, int limit) {
    List<RecentOutcomes> told =
        answers.stream().filter(Future::succeeded).map(Future::result).toList();
    long complete = completeSince(told);
    List<RecentOutcome> outcomes =
        told.stream()
            .flatMap(answer -> answer.outcomes().stream())
            .filter(outcome -> outcome.routedMillis() >= complete)
            .sorted(Comparator.comparingLong(RecentOutcome::routedMillis).reversed())
            .toList();
    boolean more = complete > 0 || outcomes.size() > limit;
    boolean partial = answers.stream().anyMatch(Future::failed);
    HttpReplies.json(
        call,
        200,
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("outcomes");
          for (RecentOutcome outcome : outcomes.subList(0, Math.min(limit, outcomes.size()))) {
            outcome(json, outcome);
          }
          json.writeEndArray();
          json.writeBooleanField("more", more);
          json.writeBooleanField("partial", partial);
          json.writeEndObject();
        });
  }

  /** Since when every router told of all that it has; older ones would have gaps among them. */
  private static long completeSince(List<RecentOutcomes> answers) {
    return answers.stream()
        .filter(RecentOutcomes::more)
        .mapToLong(answer -> answer.outcomes().getLast().routedMillis())
        .max()
        .orElse(0);
  }

  private static void outcome(JsonGenerator json, RecentOutcome outcome) throws IOException {
    json.writeStartObject();
    JsonOutput.raw(json, "packet", outcome.packet());
    json.writeNumberField("routed_at", outcome.routedMillis());
    json.writeStringField("status", outcome.status().name().toLowerCase(Locale.ROOT));
    json.writeArrayFieldStart("routed_to");
    for (AgentMatch agent : outcome.routedTo()) {
      json.writeStartObject();
      json.writeStringField("agent_id", agent.agentId());
      json.writeNumberField("similarity", agent.similarity());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeBooleanField("partial", outcome.partial());
    json.writeEndObject();
  }
}
