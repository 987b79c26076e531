/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What claude-flow 2 and ruv-swarm are asked in the same words. */
record Orchestration(Toolbox tools) {
  Future<ToolAnswer> start(SwarmPlan plan) {
    return tools.ask(
        "swarm_init",
        Map.of(
            "topology",
            plan.topology(),
            "maxAgents",
            plan.maxAgents(),
            "strategy",
            plan.strategy()));
  }

  Future<ToolAnswer> spawn(AgentPlan plan, @Nullable String swarmId) {
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("type", plan.type());
    arguments.put("name", plan.name());
    arguments.put("capabilities", plan.capabilities());
    if (swarmId != null) {
      arguments.put("swarmId", swarmId);
    }
    return tools.ask("agent_spawn", arguments);
  }

  /** The server chooses the agents: the strategy is the one that every such server knows. */
  Future<TaskView> submit(TaskPlan plan) {
    return tools
        .ask(
            "task_orchestrate",
            Map.of("task", plan.description(), "strategy", "adaptive", "priority", plan.priority()))
        .map(Answers::task);
  }

  boolean offers(String type) {
    return tools.choices("agent_spawn", "type").contains(type);
  }
}
