/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import io.vertx.core.Future;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The dialect of claude-flow 2. Many of its tools answer that they ran and do nothing else; those
 * are no abilities here, and fail with {@link SwarmFailure.Kind#NO_DATA} when they are asked.
 */
record ClaudeFlow2(Toolbox tools) implements Dialect {
  @Override
  public String label() {
    return "claude-flow-2";
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.of(
        Ability.START_SWARM, Ability.SWARM_STATUS, Ability.SPAWN, Ability.SUBMIT_TASK);
  }

  @Override
  public boolean offers(String type) {
    return new Orchestration(tools).offers(type);
  }

  @Override
  public Future<SwarmView> startSwarm(SwarmPlan plan) {
    return new Orchestration(tools).start(plan).map(answer -> Answers.swarm(answer.row()));
  }

  /** A server without a swarm names none. */
  @Override
  public Future<Optional<SwarmView>> swarm(@Nullable String swarmId) {
    Map<String, Object> which = swarmId == null ? Map.of() : Map.of("swarmId", swarmId);
    return tools
        .ask("swarm_status", which)
        .map(answer ->
            answer.row().has("swarmId")
                ? Optional.of(Answers.swarm(answer.row()))
                : Optional.empty());
  }

  @Override
  public Future<Void> shutDown(String swarmId) {
    return tools.ask("swarm_destroy", Map.of("swarmId", swarmId)).mapEmpty();
  }

  @Override
  public Future<AgentView> spawn(AgentPlan plan, @Nullable String swarmId) {
    return new Orchestration(tools)
        .spawn(plan, swarmId)
        .map(answer -> Answers.agent(answer.row()).spawnedAs(plan));
  }

  @Override
  public Future<List<AgentView>> agents() {
    return tools.ask("agent_list", Map.of()).map(Answers::agents);
  }

  @Override
  public Future<TaskView> submit(TaskPlan plan) {
    return new Orchestration(tools).submit(plan);
  }

  @Override
  public Future<TaskView> task(String taskId) {
    return tools.ask("task_status", Map.of("taskId", taskId)).map(Answers::task);
  }
}
