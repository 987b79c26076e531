/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.agent.sdk.Task;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.FlowServerMessage.CurrentTask;
import dev.starling.protocol.mesh.TaskBrief;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStep;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that one agent has, and what the keeper of tasks is told of them: how far one is ten
 * times a second at most, and how it ended. The host's event loop only.
 */
final class AgentTasks {
  /** How far a task is, and what of that is still to be told. */
  private static final class Held {
    private final Task task;
    private final long since = System.currentTimeMillis();
    private @Nullable Double percent;
    private TaskStep.@Nullable Progress untold;
    private boolean isTelling;

    Held(Task task) {
      this.task = task;
    }
  }

  private final String agentId;
  private final TaskReports reports;
  private final Map<String, Held> held = new LinkedHashMap<>();

  AgentTasks(String agentId, TaskReports reports) {
    this.agentId = agentId;
    this.reports = reports;
  }

  /** A task that is given to the agent. */
  Task begin(TaskBrief brief) {
    RawJson input = brief.input();
    Task task =
        new Task(
            brief.taskId(),
            brief.attempt(),
            brief.description(),
            input == null ? new JsonObject() : new JsonObject(input.toString()),
            Instant.ofEpochMilli(brief.deadline()));
    held.put(task.id(), new Held(task));
    return task;
  }

  /** A task that it has in this attempt. */
  Optional<Task> task(String taskId, int attempt) {
    return find(taskId, attempt).map(one -> one.task);
  }

  private Optional<Held> find(String taskId, int attempt) {
    return Optional.ofNullable(held.get(taskId)).filter(one -> one.task.attempt() == attempt);
  }

  int size() {
    return held.size();
  }

  /** The one that it has had longest, as people see it. */
  Optional<CurrentTask> current() {
    return held.values().stream()
        .findFirst()
        .map(one ->
            new CurrentTask(one.task.id(), one.task.description(), one.percent, estimate(one)));
  }

  /** When it will be done at its pace so far. */
  private static @Nullable Instant estimate(Held one) {
    Double percent = one.percent;
    if (percent == null || percent <= 0) {
      return null;
    }
    long now = System.currentTimeMillis();
    return Instant.ofEpochMilli(one.since + Math.round((now - one.since) * 100 / percent));
  }

  /** The agent says how far it is; told soon. */
  void progressed(Task task, double percent, String message) {
    find(task.id(), task.attempt())
        .ifPresent(one -> {
          one.percent = percent;
          String words = message.substring(0, Math.min(message.length(), TaskRequest.MOST_WORDS));
          one.untold = new TaskStep.Progress(percent, words);
        });
  }

  /** Tells what is to be told of progress; called ten times a second. */
  void tell() {
    for (Held one : held.values()) {
      TaskStep.Progress step = one.untold;
      if (step != null && !one.isTelling) {
        one.untold = null;
        one.isTelling = true;
        reports
            .tell(report(one.task, step))
            .onComplete(
                reported -> {
                  one.isTelling = false;
                  if (!reported.isCurrent()) {
                    drop(one.task);
                  }
                },
                failure -> one.isTelling = false);
      }
    }
  }

  /**
   * A task has a result, or none.
   *
   * @return how it ended; empty where nobody waits for it any more
   */
  Optional<TaskStep> ended(Task task, @Nullable JsonObject result, @Nullable Throwable failure) {
    if (find(task.id(), task.attempt()).filter(one -> one.task == task).isEmpty()) {
      return Optional.empty();
    }
    held.remove(task.id());
    TaskStep step = step(result, failure);
    reports.insist(report(task, step));
    return Optional.of(step);
  }

  private static TaskStep step(@Nullable JsonObject result, @Nullable Throwable failure) {
    if (failure != null) {
      return new TaskStep.Failed(words(failure), false);
    }
    RawJson json = RawJson.of(result == null ? "{}" : result.encode());
    return json.bytes().length > TaskRequest.MOST_INPUT
        ? new TaskStep.Failed(
            "its result has %d bytes, more than %d"
                .formatted(json.bytes().length, TaskRequest.MOST_INPUT),
            false)
        : new TaskStep.Completed(json);
  }

  private static String words(Throwable failure) {
    String message = failure.getMessage();
    String words =
        message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    return words.substring(0, Math.min(words.length(), TaskRequest.MOST_WORDS));
  }

  /** A task is not wanted any more. */
  Optional<Task> withdraw(String taskId, int attempt) {
    Optional<Task> task = task(taskId, attempt);
    task.ifPresent(this::drop);
    return task;
  }

  private void drop(Task task) {
    task.cancel();
    held.remove(task.id());
  }

  /** Gives all back, since the agent cannot go on with them: others may. */
  void giveBack(String reason) {
    for (Held one : new ArrayList<>(held.values())) {
      drop(one.task);
      reports.insist(report(one.task, new TaskStep.Failed(reason, true)));
    }
  }

  private Report report(Task task, TaskStep step) {
    return new Report(task.id(), task.attempt(), agentId, step);
  }
}
