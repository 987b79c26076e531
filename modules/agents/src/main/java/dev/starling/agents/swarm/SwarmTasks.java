/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.swarm;

import dev.starling.agents.TaskReports;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.FlowServerMessage.CurrentTask;
import dev.starling.protocol.mesh.TaskBrief;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStep;
import dev.starling.swarms.SwarmFailure;
import dev.starling.swarms.SwarmFailure.Kind;
import dev.starling.swarms.SwarmFollower;
import dev.starling.swarms.TaskPlan;
import dev.starling.swarms.TaskView;
import dev.starling.swarms.ToolResult;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the agents of a swarm have to do: tasks that their server lists, and tasks of the mesh. Of a
 * swarm's agent a task of the mesh becomes one of its server, which is followed to its end; of a
 * server that is an agent itself it is a call of one of its tools, named by the task's input. The
 * swarm's event loop only.
 */
final class SwarmTasks {
  /** Of whatever type: it says what is to be done in its description. */
  private static final String TYPE = "task";

  private static final Duration MOST_CALL = Duration.ofDays(1);

  /** So many tasks that are not wanted any more may wait for a server that is away. */
  private static final int MOST_UNCANCELLED = 100;

  /**
   * What an agent has to do.
   *
   * @param count how many tasks
   * @param current the one that it has had longest; null for none
   */
  record Load(int count, @Nullable CurrentTask current) {}

  /** A task of the mesh that an agent of the swarm has. */
  private static final class Work {
    private final String agentId;
    private final TaskBrief brief;
    private @Nullable String serverTaskId;
    private @Nullable Double told;
    private boolean isOver;

    Work(String agentId, TaskBrief brief) {
      this.agentId = agentId;
      this.brief = brief;
    }
  }

  private final SwarmFollower follower;
  private final TaskReports reports;
  private final Consumer<String> changed;
  private final Map<String, Work> works = new LinkedHashMap<>();
  private final Map<String, TaskView> listed = new LinkedHashMap<>();
  private final Map<String, String> uncancelled = new LinkedHashMap<>();

  /**
   * No tasks yet.
   *
   * @param changed hears of an agent that has more or less to do than before
   */
  SwarmTasks(SwarmFollower follower, TaskReports reports, Consumer<String> changed) {
    this.follower = follower;
    this.reports = reports;
    this.changed = changed;
  }

  /** What an agent has to do. */
  Load load(String agentId) {
    List<TaskView> theirs =
        listed.values().stream().filter(task -> task.agents().contains(agentId)).toList();
    List<Work> ours =
        works.values().stream()
            .filter(work -> work.agentId.equals(agentId) && !isListed(work))
            .toList();
    CurrentTask current =
        theirs.isEmpty()
            ? ours.stream().findFirst().map(SwarmTasks::current).orElse(null)
            : current(theirs.getFirst());
    return new Load(theirs.size() + ours.size(), current);
  }

  private boolean isListed(Work work) {
    return work.serverTaskId != null && listed.containsKey(work.serverTaskId);
  }

  private static CurrentTask current(TaskView task) {
    String description = task.description();
    return new CurrentTask(
        task.taskId(),
        description == null ? "" : description,
        task.progress(),
        SwarmNews.estimate(task));
  }

  private static CurrentTask current(Work work) {
    return new CurrentTask(work.brief.taskId(), work.brief.description(), work.told, null);
  }

  int size() {
    return works.size();
  }

  // --- tasks of the mesh ---

  /** Whether an agent has this task in this attempt. */
  boolean has(TaskBrief brief) {
    Work work = works.get(brief.taskId());
    return work != null && work.brief.attempt() == brief.attempt();
  }

  /** How many tasks of the mesh an agent has. */
  int given(String agentId) {
    return (int) works.values().stream().filter(work -> work.agentId.equals(agentId)).count();
  }

  /** Has an agent of the swarm do a task. */
  void give(String agentId, TaskBrief brief) {
    Work work = begin(agentId, brief);
    TaskPlan plan =
        new TaskPlan(brief.description(), TYPE, brief.priority().word(), List.of(agentId));
    follower.submit(plan).onComplete(task -> taken(work, task), failure -> failed(work, failure));
  }

  private void taken(Work work, TaskView task) {
    work.serverTaskId = task.taskId();
    if (work.isOver) {
      Future<?> _ = cancel(task.taskId(), "it was taken back");
    } else {
      told(work, task);
    }
  }

  /** Has the server, which is an agent itself, call the tool that a task's input names. */
  void call(String agentId, TaskBrief brief) {
    Work work = begin(agentId, brief);
    JsonObject input = input(brief);
    Object tool = input.getValue("tool");
    Object arguments = input.getValue("arguments", new JsonObject());
    if (!(tool instanceof String name) || !(arguments instanceof JsonObject given)) {
      String reason =
          "input must name a tool of the server and give its arguments: {\"tool\": \"echo\","
              + " \"arguments\": {}}, where capabilities of the agent are the tools that it has";
      endAndTell(work, new TaskStep.Failed(reason, false));
      return;
    }
    follower
        .work(name, given.getMap(), left(brief))
        .onComplete(result -> answered(work, name, result), failure -> failed(work, failure));
  }

  /** A call may take as long as its task may. */
  private static Duration left(TaskBrief brief) {
    long millis = brief.deadline() - System.currentTimeMillis();
    return Duration.ofMillis(Math.clamp(millis, 1, MOST_CALL.toMillis()));
  }

  private static JsonObject input(TaskBrief brief) {
    RawJson input = brief.input();
    try {
      return input == null ? new JsonObject() : new JsonObject(input.toString());
    } catch (DecodeException e) {
      return new JsonObject();
    }
  }

  private Work begin(String agentId, TaskBrief brief) {
    Work work = new Work(agentId, brief);
    Work before = works.put(brief.taskId(), work);
    if (before != null) {
      before.isOver = true;
    }
    changed.accept(agentId);
    return work;
  }

  private void answered(Work work, String tool, ToolResult result) {
    endAndTell(
        work,
        result.isError()
            ? new TaskStep.Failed(words(tool + " failed: " + result.text()), false)
            : completed(new JsonObject().put("tool", tool).put("text", result.text())));
  }

  private static TaskStep completed(JsonObject result) {
    RawJson json = RawJson.of(result.encode());
    int size = json.bytes().length;
    return size > TaskRequest.MOST_INPUT
        ? new TaskStep.Failed(
            "its result has %d bytes, more than %d".formatted(size, TaskRequest.MOST_INPUT), false)
        : new TaskStep.Completed(json);
  }

  /**
   * What the server never got, or was lost over, another agent may do; what it says no to, or may
   * still be at, is not done twice.
   */
  private void failed(Work work, Throwable failure) {
    Kind kind = failure instanceof SwarmFailure known ? known.kind() : Kind.GARBLED;
    boolean isWrong = kind == Kind.REFUSED || kind == Kind.UNSUPPORTED || kind == Kind.LATE;
    boolean isEnded =
        end(work, new TaskStep.Failed(words(SwarmRefusals.reason(failure)), !isWrong));
    // That its server is away is told of the agent right after this, in place of that it is idle.
    if (isEnded && kind != Kind.AWAY) {
      changed.accept(work.agentId);
    }
  }

  private static String words(String text) {
    return text.substring(0, Math.min(text.length(), TaskRequest.MOST_WORDS));
  }

  private void endAndTell(Work work, TaskStep step) {
    if (end(work, step)) {
      changed.accept(work.agentId);
    }
  }

  /** Whether it had not ended before. */
  private boolean end(Work work, TaskStep step) {
    if (work.isOver) {
      return false;
    }
    work.isOver = true;
    works.remove(work.brief.taskId(), work);
    Future<?> _ = reports.insist(report(work, step));
    return true;
  }

  private static Report report(Work work, TaskStep step) {
    return new Report(work.brief.taskId(), work.brief.attempt(), work.agentId, step);
  }

  /** A task of the mesh is not wanted any more. */
  void desist(String taskId, int attempt, String why) {
    Work work = works.get(taskId);
    if (work != null && work.brief.attempt() == attempt) {
      work.isOver = true;
      works.remove(taskId);
      if (work.serverTaskId != null) {
        Future<?> _ = cancel(work.serverTaskId, why);
      }
      changed.accept(work.agentId);
    }
  }

  private Future<?> cancel(String serverTaskId, String why) {
    return follower
        .cancel(serverTaskId, why)
        .onFailure(failure -> {
          boolean isAway = failure instanceof SwarmFailure known && known.kind() == Kind.AWAY;
          if (isAway && uncancelled.size() < MOST_UNCANCELLED) {
            uncancelled.put(serverTaskId, why);
          }
        });
  }

  /** The server is back: what was not wanted any more meanwhile is called off. */
  void reconnected() {
    Map<String, String> due = new LinkedHashMap<>(uncancelled);
    uncancelled.clear();
    due.forEach((taskId, why) -> {
      Future<?> _ = cancel(taskId, why);
    });
  }

  /** Gives back the tasks of an agent that is not there any more: others may have them. */
  void giveBack(String agentId, String why) {
    List.copyOf(works.values()).stream()
        .filter(work -> work.agentId.equals(agentId))
        .forEach(work -> endAndTell(work, new TaskStep.Failed(why, true)));
  }

  /** Gives all tasks of the mesh back; complete once its server was told, where it can be. */
  Future<?> giveAllBack(String why) {
    List<Future<?>> told = new ArrayList<>();
    for (Work work : List.copyOf(works.values())) {
      endAndTell(work, new TaskStep.Failed(why, true));
      if (work.serverTaskId != null) {
        told.add(cancel(work.serverTaskId, why));
      }
    }
    return Future.join(told);
  }

  // --- tasks of the server ---

  /** The server tells of one of its tasks. */
  void is(TaskView task) {
    boolean isOver = task.state().isEnd() || !task.isFollowed();
    TaskView before = isOver ? listed.remove(task.taskId()) : listed.put(task.taskId(), task);
    work(task.taskId()).ifPresent(work -> told(work, task));
    task.agents().forEach(changed);
    if (before != null) {
      before.agents().stream().filter(one -> !task.agents().contains(one)).forEach(changed);
    }
  }

  /** The server knows nothing of a task any more. */
  void gone(TaskView last) {
    listed.remove(last.taskId());
    work(last.taskId())
        .ifPresent(work ->
            endAndTell(work, new TaskStep.Failed("its server knows nothing of it any more", true)));
    last.agents().forEach(changed);
  }

  private Optional<Work> work(String serverTaskId) {
    return works.values().stream()
        .filter(work -> serverTaskId.equals(work.serverTaskId))
        .findFirst();
  }

  private void told(Work work, TaskView task) {
    switch (task.state()) {
      case PENDING, RUNNING, UNKNOWN -> progressed(work, task);
      case COMPLETED -> endAndTell(work, completed(result(task)));
      case FAILED -> endAndTell(work, new TaskStep.Failed(ended(task, "failed"), false));
      case CANCELLED -> endAndTell(work, new TaskStep.Failed(ended(task, "was cancelled"), false));
    }
  }

  private void progressed(Work work, TaskView task) {
    Double progress = task.progress();
    if (progress == null || progress.equals(work.told)) {
      return;
    }
    work.told = progress;
    String words = words("task " + task.taskId() + " of its server: " + task.status());
    reports
        .tell(report(work, new TaskStep.Progress(progress, words)))
        .onSuccess(reported -> {
          if (!reported.isCurrent() && !work.isOver) {
            desist(work.brief.taskId(), work.brief.attempt(), "it was given to another agent");
          }
        });
  }

  private static JsonObject result(TaskView task) {
    JsonObject result = new JsonObject().put("taskId", task.taskId());
    String said = task.result();
    if (said != null) {
      result.put("result", value(said));
    }
    return result;
  }

  /** What a server gives as JSON text. */
  private static @Nullable Object value(String json) {
    try {
      return Json.decodeValue(json);
    } catch (DecodeException e) {
      return json;
    }
  }

  private static String ended(TaskView task, String how) {
    String said = task.result();
    return words(
        "task " + task.taskId() + " of its server " + how + (said == null ? "" : ": " + said));
  }
}
