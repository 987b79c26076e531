/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.swarm;

import dev.starling.protocol.RawJson;
import dev.starling.swarms.AgentView;
import dev.starling.swarms.ServerFacts;
import dev.starling.swarms.ServerHealth;
import dev.starling.swarms.SwarmFigures;
import dev.starling.swarms.SwarmSnapshot;
import dev.starling.swarms.SwarmView;
import dev.starling.swarms.TaskView;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A swarm as people and tools see it. Stateless. */
final class SwarmReport {
  private SwarmReport() {}

  /**
   * One that this node follows.
   *
   * @param whole whether with its agents and tasks
   */
  static RawJson of(
      SwarmConfig config,
      String node,
      SwarmSnapshot seen,
      SwarmFigures figures,
      boolean simulatesWork,
      boolean whole) {
    JsonObject report =
        begin(config, node, seen.state().name().toLowerCase(Locale.ROOT), seen.reason())
            .put("server", server(seen.server()))
            .put("dialect", seen.dialect())
            .put(
                "abilities",
                new JsonArray(
                    seen.abilities().stream()
                        .sorted()
                        .map(ability -> ability.name().toLowerCase(Locale.ROOT))
                        .toList()))
            .put("simulatesWork", simulatesWork)
            .put("swarm", swarm(seen.swarm()))
            .put("agentCount", seen.agents().size())
            .put("taskCount", seen.tasks().size())
            .put("health", health(seen.health()))
            .put("lastAnswer", seen.lastAnswerAt())
            .put("calls", calls(figures));
    if (whole) {
      report
          .put("agents", new JsonArray(seen.agents().stream().map(SwarmReport::agent).toList()))
          .put("tasks", new JsonArray(seen.tasks().stream().map(SwarmReport::task).toList()));
    }
    return RawJson.of(report.encode());
  }

  /** One that another node follows, or nobody. */
  static RawJson standby(SwarmConfig config) {
    return RawJson.of(begin(config, null, "standby", "no node follows it now").encode());
  }

  private static JsonObject begin(
      SwarmConfig config, @Nullable String node, String state, String reason) {
    return new JsonObject()
        .put("name", config.name())
        .put("endpoint", config.endpoint().describe())
        .put("node", node)
        .put("state", state)
        .put("reason", reason);
  }

  private static @Nullable JsonObject server(@Nullable ServerFacts facts) {
    return facts == null
        ? null
        : new JsonObject()
            .put("name", facts.name())
            .put("version", facts.version())
            .put("protocolVersion", facts.protocolVersion())
            .put("initialisationTime", facts.initialisationMillis());
  }

  private static @Nullable JsonObject swarm(@Nullable SwarmView view) {
    return view == null
        ? null
        : new JsonObject()
            .put("swarmId", view.swarmId())
            .put("status", view.status())
            .put("topology", view.topology())
            .put("maxAgents", view.maxAgents())
            .put("agentCount", view.agentCount())
            .put("taskCount", view.taskCount());
  }

  private static @Nullable JsonObject health(@Nullable ServerHealth health) {
    return health == null
        ? null
        : new JsonObject()
            .put("cpu", health.cpuPercent())
            .put("memory", health.memoryMiB())
            .put("scope", ServerHealth.SCOPE);
  }

  private static JsonObject calls(SwarmFigures figures) {
    return new JsonObject()
        .put("sent", figures.calls())
        .put("failed", figures.failedCalls())
        .put("refused", figures.refusedCalls())
        .put("losses", figures.losses())
        .put("strayLines", figures.strayLines())
        .put("leftOut", figures.leftOut());
  }

  private static JsonObject agent(AgentView agent) {
    return new JsonObject()
        .put("agentId", agent.agentId())
        .put("name", agent.name())
        .put("type", agent.type())
        .put("status", agent.status())
        .put("capabilities", new JsonArray(agent.capabilities()))
        .put("health", agent.health())
        .put("taskCount", agent.taskCount())
        .put("createdAt", agent.createdAt())
        .put("connected", agent.isConnected());
  }

  private static JsonObject task(TaskView task) {
    return new JsonObject()
        .put("taskId", task.taskId())
        .put("description", task.description())
        .put("status", task.status())
        .put("progress", task.progress())
        .put("priority", task.priority())
        .put("agents", new JsonArray(task.agents()))
        .put("createdAt", task.createdAt())
        .put("startedAt", task.startedAt())
        .put("completedAt", task.completedAt())
        .put("followed", task.isFollowed());
  }
}
