/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.json.JsonOutput;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.RouterMessage.AgentMatch;
import dev.starling.protocol.mesh.RouterMessage.RecentOutcome;
import dev.starling.protocol.mesh.RouterMessage.RecentOutcomes;
import dev.starling.protocol.mesh.RouterMessage.RecentQuery;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What was routed lately, asked of all routers. Safe from any thread; answers come on any. */
final class OutcomeLog {
  private final Mesh mesh;

  OutcomeLog(Mesh mesh) {
    this.mesh = mesh;
  }

  /** The latest outcomes, the last first, as REST shows them. */
  Future<JsonOutput.Body> recent(RecentQuery query) {
    List<NodeInfo> routers = mesh.view().running("router");
    if (routers.isEmpty()) {
      return Future.failedFuture(
          RefusalException.unavailable("router", "no node of the mesh runs this role"));
    }
    List<Future<RecentOutcomes>> answers =
        routers.stream()
            .map(node -> mesh.bus().request(Addresses.router(node.id()), query, Roles.PATIENCE))
            .toList();
    return Future.join(answers)
        .transform(ignored -> Future.succeededFuture(merged(answers, query.limit())));
  }

  private static JsonOutput.Body merged(List<Future<RecentOutcomes>> answers, int limit) {
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
    List<RecentOutcome> page = outcomes.subList(0, Math.min(limit, outcomes.size()));
    return json -> write(json, page, more, partial);
  }

  /** Since when every router told of all that it has; older ones would have gaps among them. */
  private static long completeSince(List<RecentOutcomes> answers) {
    return answers.stream()
        .filter(RecentOutcomes::more)
        .mapToLong(answer -> answer.outcomes().getLast().routedMillis())
        .max()
        .orElse(0);
  }

  private static void write(
      JsonGenerator json, List<RecentOutcome> outcomes, boolean more, boolean partial)
      throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("outcomes");
    for (RecentOutcome outcome : outcomes) {
      outcome(json, outcome);
    }
    json.writeEndArray();
    json.writeBooleanField("more", more);
    json.writeBooleanField("partial", partial);
    json.writeEndObject();
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
