/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.fabric.Mesh;
import dev.starling.fabric.RosterReader;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.mesh.TaskMessage.Reported;
import dev.starling.protocol.mesh.TaskMessage.Submit;
import dev.starling.protocol.mesh.TaskMessage.TasksPage;
import dev.starling.protocol.mesh.TaskMessage.TasksQuery;
import dev.starling.protocol.task.Task;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStatus;
import dev.starling.protocol.task.TaskStep;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All tasks of the mesh while this node keeps them: it gives each to an agent that may have it, and
 * what is said of them comes here. One event loop.
 */
final class TaskKeeper implements AgentBook.Watcher {
  private static final Logger LOG = LoggerFactory.getLogger(TaskKeeper.class);

  /** After so long an agent that had no room is asked again. */
  private static final long REFUSED_NANOS = 500_000_000L;

  private final Mesh mesh;
  private final TasksConfig config;
  private final TasksMetrics metrics;
  private final LongSupplier nanoClock;
  private final TaskTable table;
  private final TaskNews news;
  private final TaskCourier courier;
  private final AgentBook book = new AgentBook(this);
  private final Nearest nearest;
  private final RosterReader roster;
  private final Waiting waiting = new Waiting();
  private final NavigableMap<String, TaskEntry> tasks = new TreeMap<>();
  private final Ended ended;
  private int open;
  private boolean isOver;

  /** The tasks that the mesh has had so far. */
  TaskKeeper(
      Mesh mesh,
      TasksConfig config,
      TasksMetrics metrics,
      LongSupplier nanoClock,
      List<TaskTable.Stored> known) {
    this.mesh = mesh;
    this.config = config;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
    this.table = new TaskTable(mesh.tasks());
    this.news = new TaskNews(mesh, nanoClock);
    this.courier = new TaskCourier(mesh);
    this.nearest = new Nearest(mesh, book);
    this.roster = new RosterReader(mesh, book);
    this.ended = new Ended(config, metrics, this::forget);
    known.stream()
        .sorted((one, other) -> Long.compare(one.task().ended(), other.task().ended()))
        .forEach(this::takeUp);
  }

  private void takeUp(TaskTable.Stored stored) {
    TaskEntry entry = new TaskEntry(table, stored);
    tasks.put(entry.id(), entry);
    ended.weighs(entry);
    if (stored.task().status().isEnd()) {
      ended.add(entry);
    } else {
      open++;
      entry.waitsIn(lanes(stored.task().request()));
      if (stored.task().status() == TaskStatus.QUEUED) {
        await(entry);
      }
    }
  }

  private static List<Lane> lanes(TaskRequest request) {
    String target = request.target();
    if (target != null) {
      return List.of(new Lane.OfAgent(target));
    }
    return request.namesAgents()
        ? List.of(
            new Lane.OfSkill(
                Objects.requireNonNullElse(request.kind(), ""),
                Objects.requireNonNullElse(request.capability(), "")))
        : List.of();
  }

  int open() {
    return open;
  }

  int waiting() {
    return waiting.size();
  }

  /** Another node keeps the tasks from now on. */
  void end() {
    isOver = true;
    roster.stop();
    waiting.clear();
    news.clear();
  }

  /** Called ten times a second. */
  void tick() {
    roster.look();
    news.tick();
  }

  /** Called every second. */
  void second() {
    long now = System.currentTimeMillis();
    for (TaskEntry entry : List.copyOf(tasks.values())) {
      Task task = entry.task();
      if (!task.status().isEnd() && task.deadline() < now) {
        Future<?> _ =
            end(entry, TaskStatus.TIMED_OUT, "it did not end in time", "its time is over");
      } else if (task.status() == TaskStatus.QUEUED && task.request().meaning() != null) {
        search(entry);
      }
    }
    book.all().forEach(this::maybeFree);
    ended.prune(now);
  }

  // --- asking ---

  /** Takes a task; answered once it outlives the loss of any node. */
  Future<Task> submit(Submit submit) {
    TaskEntry known = tasks.get(submit.taskId());
    if (known != null) {
      return Future.succeededFuture(known.task());
    }
    require(submit.request());
    open++;
    return nearest
        .meaning(submit.request())
        .compose(request -> {
          long now = System.currentTimeMillis();
          long timeout =
              request.timeoutMillis() > 0 ? request.timeoutMillis() : config.timeout().toMillis();
          return table.add(Task.of(submit.taskId(), request, submit.subject(), now, now + timeout));
        })
        .onFailure(failure -> open--)
        .map(this::begin);
  }

  private void require(TaskRequest request) {
    if (open >= config.most() || !ended.makeRoom()) {
      throw RefusalException.unavailable(
          "tasks", "too many tasks have not ended; wait, or raise tasks.max or tasks.memory");
    }
    String target = request.target();
    if (target == null || !book.isKnownWhole()) {
      return;
    }
    AgentEntry agent =
        book.agent(target)
            .orElseThrow(() ->
                new RefusalException(
                    ErrorCode.AGENT_NOT_FOUND,
                    "no agent of the mesh is called " + target,
                    Map.of("agentId", target)));
    if (agent.label().tasks() == 0 && !agent.label().isHeldBack()) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE, "target", "an agent that takes tasks", target);
    }
  }

  private Task begin(TaskTable.Stored stored) {
    TaskEntry entry = new TaskEntry(table, stored);
    tasks.put(entry.id(), entry);
    ended.weighs(entry);
    entry.waitsIn(lanes(stored.task().request()));
    news.is(entry.task());
    place(entry);
    return entry.task();
  }

  /** How a task is; of one that is kept no more too, as long as the mesh has it. */
  Future<Task> task(String taskId, long waitMillis) {
    TaskEntry entry = tasks.get(taskId);
    if (entry == null) {
      return Future.failedFuture(unknown(taskId));
    }
    if (waitMillis <= 0 || entry.task().status().isEnd()) {
      return Future.succeededFuture(entry.task());
    }
    Future<Task> end = entry.end();
    Promise<Task> answer = Promise.promise();
    long timer =
        mesh.vertx()
            .setTimer(
                waitMillis,
                late -> {
                  entry.forget(end);
                  answer.tryComplete(entry.task());
                });
    end.onSuccess(task -> {
      mesh.vertx().cancelTimer(timer);
      answer.tryComplete(task);
    });
    return answer.future();
  }

  private static RefusalException unknown(String taskId) {
    return new RefusalException(
        ErrorCode.TASK_NOT_FOUND, "there is no task " + taskId, Map.of("taskId", taskId));
  }

  /** Tasks in the order of their ids. */
  TasksPage page(TasksQuery query) {
    List<Task> found =
        tasks.tailMap(query.after(), false).values().stream()
            .map(TaskEntry::task)
            .filter(task -> query.status() == null || task.status() == query.status())
            .filter(task -> query.agentId() == null || query.agentId().equals(task.agentId()))
            .limit(query.limit() + 1L)
            .toList();
    boolean more = found.size() > query.limit();
    return new TasksPage(more ? found.subList(0, query.limit()) : found, more);
  }

  /** Takes a task back; one that has ended stays as it is. */
  Future<Task> cancel(String taskId) {
    TaskEntry entry = tasks.get(taskId);
    return entry == null
        ? Future.failedFuture(unknown(taskId))
        : end(entry, TaskStatus.CANCELLED, "it was taken back", "it was taken back")
            .map(done -> entry.task());
  }

  // --- giving ---

  /** Gives a task to an agent that has room for it, or lets it wait for one. */
  private void place(TaskEntry entry) {
    if (isOver || entry.task().status() != TaskStatus.QUEUED) {
      return;
    }
    if (entry.lanes().isEmpty()) {
      await(entry);
      search(entry);
      return;
    }
    long now = nanoClock.getAsLong();
    Optional<AgentEntry> agent =
        book.isKnownWhole()
            ? entry.lanes().stream().flatMap(lane -> book.leastBusy(lane, now).stream()).findFirst()
            : Optional.empty();
    agent.ifPresentOrElse(one -> give(entry, one), () -> await(entry));
  }

  private void await(TaskEntry entry) {
    Task task = entry.task();
    waiting.add(entry.id(), task.request().priority(), task.created(), entry.lanes());
  }

  /** Looks anew for the agents that are most about a task. */
  private void search(TaskEntry entry) {
    var meaning = entry.task().request().meaning();
    if (meaning == null || !book.isKnownWhole()) {
      return;
    }
    nearest
        .lanes(meaning)
        .onSuccess(found -> {
          boolean isNew = !found.equals(entry.lanes());
          entry.waitsIn(found);
          if (isNew && !found.isEmpty()) {
            place(entry);
          }
        })
        .onFailure(failure -> LOG.debug("nobody is found for {}", entry.id(), failure));
  }

  private void give(TaskEntry entry, AgentEntry agent) {
    waiting.remove(entry.id());
    agent.tasks().add(entry.id());
    entry
        .change(task ->
            task.status() == TaskStatus.QUEUED
                ? Optional.of(task.assigned(agent.agentId(), System.currentTimeMillis()))
                : Optional.empty())
        .onComplete(
            isGiven -> {
              if (isGiven) {
                metrics.given();
                news.is(entry.task());
                hand(entry, agent);
              } else {
                agent.tasks().remove(entry.id());
              }
            },
            failure -> {
              agent.tasks().remove(entry.id());
              await(entry);
            });
  }

  private void hand(TaskEntry entry, AgentEntry agent) {
    Task task = entry.task();
    courier
        .assign(agent, task)
        .onComplete(
            assigned -> {
              if (!assigned.isTaken()) {
                agent.refused(nanoClock.getAsLong() + REFUSED_NANOS);
                again(entry, task, Task::untaken, "its agent had no room");
              }
            },
            failure -> {
              courier.recall(agent, task, "it was given to another agent");
              again(entry, task, Task::queued, "its agent did not answer");
            });
  }

  private interface Requeue {
    Task apply(Task task, String why);
  }

  /** A task that an agent was given needs another one, unless that is over since. */
  private void again(TaskEntry entry, Task given, Requeue how, String why) {
    release(given);
    entry
        .change(task -> isStill(task, given) ? Optional.of(how.apply(task, why)) : Optional.empty())
        .onSuccess(isDone -> {
          if (isDone) {
            metrics.again();
            news.is(entry.task());
            place(entry);
          }
        })
        .onFailure(failure -> LOG.warn("task {} cannot be given anew", entry.id(), failure));
  }

  private static boolean isStill(Task task, Task given) {
    return task.status().isHeld()
        && task.attempt() == given.attempt()
        && Objects.equals(task.agentId(), given.agentId());
  }

  /** Whose tasks do not count it any more. */
  private void release(Task task) {
    Stream.ofNullable(task.agentId())
        .flatMap(agent -> book.agent(agent).stream())
        .forEach(agent -> agent.tasks().remove(task.taskId()));
  }

  @Override
  public void maybeFree(AgentEntry agent) {
    if (isOver || !book.isKnownWhole()) {
      return;
    }
    while (agent.hasRoom(nanoClock.getAsLong())) {
      Optional<TaskEntry> next = waiting.first(agent.lanes()).map(tasks::get);
      if (next.isEmpty()) {
        return;
      }
      give(next.get(), agent);
    }
  }

  @Override
  public void lost(AgentEntry agent, String why) {
    List<String> held = List.copyOf(agent.tasks());
    agent.tasks().clear();
    held.stream()
        .map(tasks::get)
        .filter(Objects::nonNull)
        .forEach(entry -> retry(entry, entry.task(), why));
  }

  /** Another agent is to do it, where not too many have tried. */
  private Future<Boolean> retry(TaskEntry entry, Task given, String why) {
    if (given.attempt() >= config.attempts()) {
      return end(
          entry,
          task -> isStill(task, given),
          TaskStatus.FAILED,
          "given to %d agents, of the last: %s".formatted(given.attempt(), why));
    }
    again(entry, given, Task::queued, why);
    return Future.succeededFuture(true);
  }

  /** Those that were given out before this node kept tasks are given again, to who has them. */
  @Override
  public void isWhole() {
    for (TaskEntry entry : List.copyOf(tasks.values())) {
      Task task = entry.task();
      if (!task.status().isHeld()) {
        continue;
      }
      Optional<AgentEntry> agent = Optional.ofNullable(task.agentId()).flatMap(book::agent);
      if (agent.isEmpty()) {
        Future<?> _ = retry(entry, task, "its agent left the mesh");
      } else if (agent.get().tasks().add(entry.id())) {
        hand(entry, agent.get());
      }
    }
    book.all().forEach(this::maybeFree);
    tasks.values().stream()
        .filter(entry -> entry.task().status() == TaskStatus.QUEUED && entry.lanes().isEmpty())
        .toList()
        .forEach(this::search);
  }

  // --- hearing ---

  /** An agent says something of a task. */
  Future<Reported> report(Report report) {
    TaskEntry entry = tasks.get(report.taskId());
    if (entry == null || !isOf(entry.task(), report)) {
      return Future.succeededFuture(new Reported(false));
    }
    return switch (report.step()) {
      case TaskStep.Progress(var percent, var message) -> {
        entry.is(entry.task().progressed(percent, message));
        news.is(entry.task());
        yield Future.succeededFuture(new Reported(true));
      }
      case TaskStep.Completed(var result) ->
          entry
              .change(task ->
                  isOf(task, report)
                      ? Optional.of(task.completed(result, System.currentTimeMillis()))
                      : Optional.empty())
              .map(isDone -> heard(entry, isDone));
      case TaskStep.Failed(String reason, boolean mayRetry) ->
          (mayRetry
                  ? retry(entry, entry.task(), reason)
                  : end(entry, task -> isOf(task, report), TaskStatus.FAILED, reason))
              .map(Reported::new);
    };
  }

  private Reported heard(TaskEntry entry, boolean isDone) {
    if (isDone) {
      ended(entry);
    }
    return new Reported(isDone);
  }

  private static boolean isOf(Task task, Report report) {
    return task.status().isHeld()
        && task.attempt() == report.attempt()
        && report.agentId().equals(task.agentId());
  }

  // --- ending ---

  private Future<Boolean> end(TaskEntry entry, TaskStatus how, String why, String toAgent) {
    Task before = entry.task();
    return end(entry, task -> !task.status().isEnd(), how, why)
        .onSuccess(isDone -> {
          if (isDone && before.status().isHeld() && before.agentId() != null) {
            book.agent(before.agentId()).ifPresent(agent -> courier.recall(agent, before, toAgent));
          }
        });
  }

  private Future<Boolean> end(TaskEntry entry, Predicate<Task> mayBe, TaskStatus how, String why) {
    return entry
        .change(task ->
            mayBe.test(task)
                ? Optional.of(task.ended(how, why, System.currentTimeMillis()))
                : Optional.empty())
        .onSuccess(isDone -> {
          if (isDone) {
            ended(entry);
          }
        });
  }

  private void ended(TaskEntry entry) {
    open--;
    waiting.remove(entry.id());
    metrics.ended(entry.task().status());
    ended.weighs(entry);
    ended.add(entry);
    news.is(entry.task());
    entry.tellWaiters();
    release(entry.task());
    Optional.ofNullable(entry.task().agentId()).flatMap(book::agent).ifPresent(this::maybeFree);
  }

  private void forget(TaskEntry entry) {
    tasks.remove(entry.id());
    table.forget(entry.stored());
  }
}
