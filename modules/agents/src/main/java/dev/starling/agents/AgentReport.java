/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.agent.sdk.AgentProfile;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.flow.FlowServerMessage.AgentFacts;
import dev.starling.protocol.flow.FlowServerMessage.AgentStatus;
import dev.starling.protocol.flow.FlowServerMessage.Health;
import dev.starling.protocol.flow.FlowServerMessage.McpMetrics;
import dev.starling.protocol.flow.FlowWriter;
import dev.starling.protocol.mesh.GatewayMessage.AgentIs;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How an agent of this node is, in the words that everybody hears. Stateless. */
final class AgentReport {
  private AgentReport() {}

  /** What is said of an agent; {@code profile} is empty until it was made. */
  static AgentIs of(
      AgentIdentity identity,
      AgentLife life,
      Optional<AgentProfile> profile,
      @Nullable String reason,
      AgentMeter meter,
      Inbox inbox,
      AgentTasks tasks,
      String node) {
    long last = meter.lastActiveMillis();
    Health health =
        new Health(
            meter.cpu(),
            null,
            tasks.size(),
            false,
            last == 0 ? null : Instant.ofEpochMilli(last),
            inbox.size(),
            null);
    AgentStatus status =
        new AgentStatus(
            identity.agentId(),
            life.word(),
            null,
            health,
            profile.map(AgentProfile::capabilities).orElse(List.of()),
            tasks.current().orElse(null),
            new McpMetrics(meter.processed(), meter.responses(), meter.errorRate()),
            System.currentTimeMillis(),
            new AgentFacts(
                identity.kind().kind(),
                name(identity, profile),
                node,
                profile.map(AgentProfile::backend).orElse(null),
                reason));
    return new AgentIs(identity.agentId(), life, FlowWriter.json(status));
  }

  private static String name(AgentIdentity identity, Optional<AgentProfile> profile) {
    String given = identity.name();
    return given != null ? given : profile.map(AgentProfile::name).orElse(identity.kind().kind());
  }

  /** What the mesh knows the agent by. */
  static JsonObject meta(AgentIdentity identity, Optional<AgentProfile> profile) {
    return JsonObject.of(
        "name",
        name(identity, profile),
        "kind",
        identity.kind().kind(),
        "capabilities",
        new JsonArray(profile.map(AgentProfile::capabilities).orElse(List.of())));
  }
}
