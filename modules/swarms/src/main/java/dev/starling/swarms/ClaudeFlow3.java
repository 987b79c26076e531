/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import io.vertx.core.Future;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The dialect of claude-flow 3 (and ruflo, which wraps it): tasks are created and then assigned.
 * Such a server keeps books and does no work: a task ends when somebody tells it so. Its books are
 * files in its folder, under a lock that outlives it: one that was killed while it wrote answers
 * nothing for up to 30 s after its restart.
 */
record ClaudeFlow3(Toolbox tools) implements Dialect {
  /** What such a server calls a swarm that there is not. */
  private static final String NO_SWARM = "no_swarm";

  @Override
  public String label() {
    return "claude-flow-3";
  }

  @Override
  public Set<Ability> abilities() {
    Set<Ability> abilities = EnumSet.noneOf(Ability.class);
    for (Ability ability : Ability.values()) {
      if (tools.has(tool(ability))) {
        abilities.add(ability);
      }
    }
    return abilities;
  }

  private static String tool(Ability ability) {
    return switch (ability) {
      case START_SWARM -> "swarm_init";
      case SWARM_STATUS -> "swarm_status";
      case SHUT_DOWN_SWARM -> "swarm_shutdown";
      case SPAWN -> "agent_spawn";
      case AGENT_STATUS -> "agent_status";
      case TERMINATE -> "agent_terminate";
      case PAUSE -> "agent_update";
      case SUBMIT_TASK -> "task_create";
      case ASSIGN_TASK -> "task_assign";
      case TASK_STATUS -> "task_status";
      case LIST_TASKS -> "task_list";
      case CANCEL_TASK -> "task_cancel";
    };
  }

  /** The type is free text there. */
  @Override
  public boolean offers(String type) {
    return true;
  }

  @Override
  public Future<SwarmView> startSwarm(SwarmPlan plan) {
    return tools
        .ask(
            "swarm_init",
            Map.of(
                "topology",
                plan.topology(),
                "maxAgents",
                plan.maxAgents(),
                "strategy",
                plan.strategy()))
        .map(answer -> Answers.swarm(answer.row()));
  }

  @Override
  public Future<Optional<SwarmView>> swarm(@Nullable String swarmId) {
    Map<String, Object> which = swarmId == null ? Map.of() : Map.of("swarmId", swarmId);
    return tools
        .ask("swarm_status", which)
        .map(answer ->
            NO_SWARM.equals(answer.row().text("status"))
                ? Optional.empty()
                : Optional.of(Answers.swarm(answer.row())));
  }

  @Override
  public Future<Void> shutDown(String swarmId) {
    return tools.ask("swarm_shutdown", Map.of("swarmId", swarmId, "graceful", true)).mapEmpty();
  }

  @Override
  public Future<AgentView> spawn(AgentPlan plan, @Nullable String swarmId) {
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("agentType", plan.type());
    arguments.put("config", Map.of("name", plan.name(), "capabilities", plan.capabilities()));
    if (swarmId != null) {
      arguments.put("swarmId", swarmId);
    }
    return tools
        .ask("agent_spawn", arguments)
        .map(answer -> Answers.agent(answer.row()).spawnedAs(plan));
  }

  @Override
  public Future<List<AgentView>> agents() {
    return tools.ask("agent_list", Map.of()).map(Answers::agents);
  }

  @Override
  public Future<AgentView> agent(String agentId) {
    return tools
        .ask("agent_status", Map.of("agentId", agentId))
        .map(answer -> Answers.agent(answer.row()));
  }

  @Override
  public Future<Void> terminate(String agentId) {
    return tools.ask("agent_terminate", Map.of("agentId", agentId)).mapEmpty();
  }

  @Override
  public Future<Void> pause(String agentId) {
    return update(agentId, "paused");
  }

  @Override
  public Future<Void> resume(String agentId, boolean isBusy) {
    return update(agentId, isBusy ? "active" : "idle");
  }

  private Future<Void> update(String agentId, String status) {
    return tools.ask("agent_update", Map.of("agentId", agentId, "status", status)).mapEmpty();
  }

  /**
   * A task that could not be given to its agents is called off: nobody would ever take it. Where
   * that fails too, whoever asked is told its id.
   */
  @Override
  public Future<TaskView> submit(TaskPlan plan) {
    Future<TaskView> created =
        tools
            .ask(
                "task_create",
                Map.of(
                    "type",
                    plan.type(),
                    "description",
                    plan.description(),
                    "priority",
                    plan.priority()))
            .map(Answers::task);
    if (plan.agents().isEmpty()) {
      return created;
    }
    return created.compose(task ->
        assign(task.taskId(), plan.agents())
            .map(assigned -> assigned.over(task))
            .recover(failure ->
                cancel(task.taskId(), "it could not be assigned")
                    .transform(done ->
                        Future.failedFuture(
                            done.succeeded()
                                ? failure
                                : SwarmFailure.of(failure).leaving(task.taskId())))));
  }

  @Override
  public Future<TaskView> assign(String taskId, List<String> agents) {
    return tools
        .ask("task_assign", Map.of("taskId", taskId, "agentIds", agents))
        .map(Answers::task);
  }

  @Override
  public Future<TaskView> task(String taskId) {
    return tools.ask("task_status", Map.of("taskId", taskId)).map(Answers::task);
  }

  @Override
  public Future<List<TaskView>> tasks(int most) {
    return tools.ask("task_list", Map.of("limit", most)).map(Answers::tasks);
  }

  @Override
  public Future<Void> cancel(String taskId, String reason) {
    return tools.ask("task_cancel", Map.of("taskId", taskId, "reason", reason)).mapEmpty();
  }
}
