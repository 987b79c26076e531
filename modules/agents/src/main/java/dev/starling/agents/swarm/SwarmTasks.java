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
import dev.starling.swarms.ToolWork;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
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

  private static final String STILL = "; its server may still be at it";
  private static final Duration MOST_CALL = Duration.ofDays(1);

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
    private @Nullable ToolWork call;
    private @Nullable Double told;
    private boolean isOver;

    Work(String agentId, TaskBrief brief) {
      this.agentId = agentId;
      this.brief = brief;
    }
  }

  private final SwarmFollower follower;
  private final boolean isProcess;
  private final TaskReports reports;
  private final Consumer<String> changed;
  private final Map<String, Work> works = new LinkedHashMap<>();
  private final Map<String, TaskView> listed = new LinkedHashMap<>();
  private final Unwanted unwanted;

  /** Calls that were given up, of which the server is not free yet. */
  private final Set<Work> leaving = new LinkedHashSet<>();

  /**
   * No tasks yet.
   *
   * @param isProcess whether the server ends with its connection, and what it was at with it
   * @param changed hears of an agent that has more or less to do than before
   */
  SwarmTasks(
      SwarmFollower follower, boolean isProcess, TaskReports reports, Consumer<String> changed) {
    this.follower = follower;
    this.isProcess = isProcess;
    this.unwanted = new Unwanted(follower);
    this.reports = reports;
    this.changed = changed;
  }

  /** What an agent has to do. */
  Load load(String agentId) {
    List<TaskView> theirs =
        listed.values().stream().filter(task -> task.agents().contains(agentId)).toList();
    List<TaskView> unasked =
        new ArrayList<>(theirs.stream().filter(task -> work(task.taskId()).isEmpty()).toList());
    List<Work> ours =
        Stream.concat(works.values().stream(), leaving.stream())
            .filter(work -> work.agentId.equals(agentId))
            .filter(work -> !isListed(work) && !isAmong(unasked, work))
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

  /** A server may list a task before it says which it made; that one is known by its words. */
  private static boolean isAmong(List<TaskView> unasked, Work work) {
    Optional<TaskView> same =
        work.serverTaskId == null && work.call == null
            ? unasked.stream()
                .filter(task -> work.brief.description().equals(task.description()))
                .findFirst()
            : Optional.empty();
    same.ifPresent(unasked::remove);
    return same.isPresent();
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

  /** How many tasks of the mesh an agent has, with those that it may still be at. */
  int given(String agentId) {
    return (int)
        Stream.concat(works.values().stream(), leaving.stream())
            .filter(work -> work.agentId.equals(agentId))
            .count();
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
      Future<?> _ = unwanted.callOff(task.taskId(), "it was taken back");
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
    ToolWork call = follower.work(name, given.getMap(), left(brief));
    work.call = call;
    call.result()
        .onComplete(result -> answered(work, name, result), failure -> failed(work, failure));
    call.over().onComplete(done -> left(work));
  }

  /** The server is free of a call. */
  private void left(Work work) {
    if (leaving.remove(work)) {
      changed.accept(work.agentId);
    }
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
      Future<?> _ = takeBack(before, "it was given anew");
      changed.accept(before.agentId);
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

  private void failed(Work work, Throwable failure) {
    SwarmFailure known = failure instanceof SwarmFailure said ? said : null;
    String left = known == null ? null : known.leftTask();
    if (left != null) {
      unwanted.later(left, "it could not be assigned");
    }
    boolean isAgain = known != null && mayBeDoneAgain(known);
    String still = known != null && isLost(known) && !isAgain ? STILL : "";
    boolean isEnded =
        end(work, new TaskStep.Failed(words(SwarmRefusals.reason(failure) + still), isAgain));
    // That its server is away is told of the agent right after this, in place of that it is idle.
    if (isEnded && (known == null || known.kind() != Kind.AWAY)) {
      changed.accept(work.agentId);
    }
  }

  /**
   * What the server never got, or ended over, another agent may do; what it says no to, or may
   * still be at, is not done twice.
   */
  private boolean mayBeDoneAgain(SwarmFailure failure) {
    return switch (failure.kind()) {
      case AWAY -> isProcess || !failure.mayHaveActed() || failure.leftTask() != null;
      case LATE, WITHDRAWN -> !failure.mayHaveActed();
      case BUSY, NOT_FOUND -> true;
      case REFUSED, UNSUPPORTED, NO_DATA, GARBLED -> false;
    };
  }

  private static boolean isLost(SwarmFailure failure) {
    return failure.mayHaveActed() && (failure.kind() == Kind.AWAY || failure.kind() == Kind.LATE);
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
    stay(work);
    Future<?> _ = reports.insist(report(work, step));
    return true;
  }

  private static Report report(Work work, TaskStep step) {
    return new Report(work.brief.taskId(), work.brief.attempt(), work.agentId, step);
  }

  /** Where its server is not free of it yet, its agent is not either. */
  private void stay(Work work) {
    ToolWork call = work.call;
    if (call != null && !call.over().isComplete()) {
      leaving.add(work);
    }
  }

  /** A task of the mesh is not wanted any more. */
  void desist(String taskId, int attempt, String why) {
    Work work = works.get(taskId);
    if (work != null && work.brief.attempt() == attempt) {
      work.isOver = true;
      works.remove(taskId);
      Future<?> _ = takeBack(work, why);
      changed.accept(work.agentId);
    }
  }

  /** Has the server stop, too; complete once it was told, where it can be. */
  private Future<?> takeBack(Work work, String why) {
    ToolWork call = work.call;
    if (call != null) {
      call.withdraw(why);
      stay(work);
      return call.over();
    }
    String taskId = work.serverTaskId;
    return taskId == null ? Future.succeededFuture() : unwanted.callOff(taskId, why);
  }

  /** Calls off what the server could not be asked before. */
  void callOffAgain() {
    unwanted.again();
  }

  /** Gives back the tasks of an agent that is not there any more: others may have them. */
  void giveBack(String agentId, String why) {
    List.copyOf(works.values()).stream()
        .filter(work -> work.agentId.equals(agentId))
        .forEach(work -> {
          Future<?> _ = giveBack(work, why);
        });
  }

  /** Gives all tasks of the mesh back; complete once its server was told, where it can be. */
  Future<?> giveAllBack(String why) {
    List<Future<?>> told = new ArrayList<>();
    List.copyOf(works.values()).forEach(work -> told.add(giveBack(work, why)));
    return Future.join(told);
  }

  private Future<?> giveBack(Work work, String why) {
    endAndTell(work, new TaskStep.Failed(why, true));
    return takeBack(work, why);
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
