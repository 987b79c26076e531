/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import dev.starling.swarms.SwarmFailure.Kind;
import io.vertx.core.Future;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The dialect of ruv-swarm. Its tasks complete by themselves within a few milliseconds, whatever
 * they are: states are told on as the server's, progress and times are not.
 */
record RuvSwarm(Toolbox tools) implements Dialect {
  @Override
  public String label() {
    return "ruv-swarm";
  }

  @Override
  public Set<Ability> abilities() {
    return EnumSet.of(
        Ability.START_SWARM,
        Ability.SWARM_STATUS,
        Ability.SPAWN,
        Ability.SUBMIT_TASK,
        Ability.TASK_STATUS,
        Ability.LIST_TASKS);
  }

  @Override
  public boolean simulatesWork() {
    return true;
  }

  @Override
  public boolean offers(String type) {
    return new Orchestration(tools).offers(type);
  }

  @Override
  public Future<SwarmView> startSwarm(SwarmPlan plan) {
    return new Orchestration(tools).start(plan).map(answer -> Answers.swarm(answer.row()));
  }

  /** Without an id the server's first swarm, which is the one that it spawns agents in. */
  @Override
  public Future<Optional<SwarmView>> swarm(@Nullable String swarmId) {
    return tools
        .ask("swarm_status", Map.of())
        .map(answer ->
            answer
                .row()
                .rows("swarms")
                .filter(row -> swarmId == null || swarmId.equals(row.text("id")))
                .findFirst()
                .map(RuvSwarm::view));
  }

  @Override
  public Future<AgentView> spawn(AgentPlan plan, @Nullable String swarmId) {
    return new Orchestration(tools)
        .spawn(plan, null)
        .map(answer -> Answers.agent(answer.row().row("agent")).spawnedAs(plan));
  }

  @Override
  public Future<List<AgentView>> agents() {
    return tools.ask("agent_list", Map.of("filter", "all")).map(Answers::agents);
  }

  @Override
  public Future<TaskView> submit(TaskPlan plan) {
    return new Orchestration(tools).submit(plan);
  }

  @Override
  public Future<TaskView> task(String taskId) {
    return tools
        .ask("task_status", Map.of("taskId", taskId))
        .map(answer -> Answers.task(answer).withoutProgress())
        .recover(failure -> Future.failedFuture(missing(failure)));
  }

  /** Without an id the tool tells of all tasks. */
  @Override
  public Future<List<TaskView>> tasks(int most) {
    return tools
        .ask("task_status", Map.of())
        .map(answer ->
            Answers.tasks(answer).stream().limit(most).map(TaskView::withoutProgress).toList());
  }

  /** What is missing is an error of the protocol here, told apart by its text only. */
  private static Throwable missing(Throwable failure) {
    boolean isMissing =
        failure instanceof SwarmFailure refused
            && refused.kind() == Kind.REFUSED
            && String.valueOf(refused.getMessage()).contains("not found");
    return isMissing
        ? new SwarmFailure(Kind.NOT_FOUND, String.valueOf(failure.getMessage()))
        : failure;
  }

  private static SwarmView view(Row row) {
    Row status = row.row("status");
    return new SwarmView(
        row.textOr("id", ""),
        null,
        null,
        null,
        status.row("agents").count("total"),
        status.row("tasks").count("total"));
  }
}
