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
import dev.starling.protocol.task.TaskStatus;
import dev.starling.protocol.task.TaskStep;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
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

  /** After so long, at first, an agent that had no room is asked again. */
  private static final long REFUSED_NANOS = 500_000_000L;

  /** After so long, at first, one is that did not answer: its node may be lost. */
  private static final long MUTE_NANOS = 2_000_000_000L;

  /** After so long an agent may try anew what it failed on, where nobody else can. */
  private static final long FAILED_NANOS = 2_000_000_000L;

  private final Mesh mesh;
  private final TasksConfig config;
  private final TasksMetrics metrics;
  private final LongSupplier nanoClock;
  private final TaskTable table;
  private final TaskNews news;
  private final TaskCourier courier;
  private final AgentBook book = new AgentBook(this);
  private final AgentChoice choice;
  private final AgentSearch agents;
  private final TaskIntake intake;
  private final RosterReader roster;
  private final Waiting waiting = new Waiting();
  private final NavigableMap<String, TaskEntry> tasks = new TreeMap<>();
  private final NavigableMap<String, TaskEntry> open = new TreeMap<>();
  private final Ended ended;
  private final SearchTurns searches = new SearchTurns();
  private final BooleanSupplier leads;
  private int starting;
  private boolean isOver;

  /**
   * Keeps the tasks that the mesh has had so far.
   *
   * @param leads whether this node is the one that keeps tasks, as surely as it can know
   */
  TaskKeeper(
      Mesh mesh,
      TasksConfig config,
      TasksMetrics metrics,
      LongSupplier nanoClock,
      BooleanSupplier leads,
      List<TaskTable.Stored> known) {
    this.mesh = mesh;
    this.config = config;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
    this.leads = leads;
    this.table = new TaskTable(mesh.tasks(), this::mayWrite);
    this.news = new TaskNews(mesh, nanoClock);
    this.courier = new TaskCourier(mesh);
    this.choice = new AgentChoice(book, nanoClock);
    this.agents = new AgentSearch(mesh, book);
    this.intake = new TaskIntake(config, book, agents);
    this.roster = new RosterReader(mesh, book);
    this.ended = new Ended(config, metrics, this::forget);
    inOrderOfEnd(known).forEach(this::takeUp);
    news.again(known, System.currentTimeMillis());
  }

  private boolean mayWrite() {
    return !isOver && leads.getAsBoolean();
  }

  private static Stream<TaskTable.Stored> inOrderOfEnd(List<TaskTable.Stored> tasks) {
    return tasks.stream().sorted(Comparator.comparingLong(one -> one.task().ended()));
  }

  private TaskEntry takeUp(TaskTable.Stored stored) {
    TaskEntry entry = new TaskEntry(table, stored);
    tasks.put(entry.id(), entry);
    ended.weighs(entry);
    if (stored.task().status().isEnd()) {
      ended.add(entry);
    } else {
      open.put(entry.id(), entry);
      entry.waitsIn(Lane.of(stored.task().request()));
      if (stored.task().status() == TaskStatus.QUEUED) {
        entry.triedBy(stored.task().agentId(), nanoClock.getAsLong());
        await(entry);
      }
    }
    return entry;
  }

  /** Takes up what is in the table and not here: who kept tasks before may have put it there. */
  void findsAlso(List<TaskTable.Stored> stored) {
    inOrderOfEnd(stored)
        .filter(one -> !tasks.containsKey(one.task().taskId()))
        .forEach(this::takeUp);
  }

  int open() {
    return open.size();
  }

  int waiting() {
    return waiting.size();
  }

  /** Another node keeps the tasks from now on: who waits for the end of one is to ask there. */
  void end() {
    isOver = true;
    open.values().forEach(entry -> entry.refuseWaiters(TaskWords.keptElsewhere()));
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
    for (TaskEntry entry : List.copyOf(open.values())) {
      if (entry.task().status().isEnd()) {
        ended(entry);
      } else if (!entry.isChanging()) {
        seeTo(entry, now);
      }
    }
    searchAnew();
    book.all().forEach(this::maybeFree);
    ended.prune(now);
  }

  /** Not while a change is on its way, which may take long where the table is out of reach. */
  private void seeTo(TaskEntry entry, long now) {
    if (entry.task().deadline() < now) {
      Future<?> _ = end(entry, TaskStatus.TIMED_OUT, "it did not end in time", "its time is over");
    } else if (book.isKnownWhole()) {
      mend(entry);
    }
  }

  /**
   * Sees to it that an open task waits or counts for the agent that has it, whatever came between:
   * the table was out of reach, or somebody else changed the task there.
   */
  private void mend(TaskEntry entry) {
    Task task = entry.task();
    AgentEntry holder = entry.holder();
    if (task.status().isHeld()) {
      if (holder == null || !holder.agentId().equals(task.agentId())) {
        handAgain(entry);
      }
    } else if (!waiting.has(entry.id())) {
      place(entry);
    }
  }

  /** Nobody may have been found, or others be nearer now. */
  private void searchAnew() {
    searches.next(open).forEach(this::search);
  }

  // --- asking ---

  /** Takes a task; answered once it outlives the loss of any node. */
  Future<Task> submit(Submit submit) {
    TaskEntry known = tasks.get(submit.taskId());
    if (known != null) {
      return Future.succeededFuture(requireOf(submit, known.task()));
    }
    requireRoom();
    starting++;
    return intake
        .task(submit)
        .compose(table::add)
        .onComplete(done -> starting--)
        .map(written -> begin(submit, written));
  }

  private void requireRoom() {
    String full =
        open.size() + starting >= config.most()
            ? "tasks.max"
            : ended.makeRoom() ? "" : "tasks.memory";
    if (!full.isEmpty()) {
      throw RefusalException.full(
          "tasks", full, "too many tasks have not ended; wait, or raise " + full);
    }
  }

  /** The task of who asks; ids that clients chose may be those of somebody else's. */
  private static Task requireOf(Submit submit, Task known) {
    if (!known.subject().equals(submit.subject())) {
      throw TaskWords.ofSomebodyElse(submit.taskId());
    }
    return known;
  }

  /** The same question asked twice finds the task of the first. */
  private Task begin(Submit submit, TaskTable.Written written) {
    TaskTable.Stored stored =
        written
            .stands()
            .orElseThrow(() -> RefusalException.unavailable("tasks", "it was not kept; try again"));
    requireOf(submit, stored.task());
    TaskEntry known = tasks.get(stored.task().taskId());
    if (known != null) {
      return known.task();
    }
    TaskEntry entry = takeUp(stored);
    news.is(entry.task());
    place(entry);
    return entry.task();
  }

  /** How a task is. */
  Future<Task> task(String taskId, long waitMillis) {
    TaskEntry entry = tasks.get(taskId);
    if (entry == null) {
      return Future.failedFuture(TaskWords.unknown(taskId));
    }
    boolean isTold = waitMillis <= 0 || entry.task().status().isEnd();
    Future<?> told = isTold ? Future.succeededFuture() : entry.end(mesh.vertx(), waitMillis);
    return told.map(done -> Hindrance.shown(book, entry));
  }

  /** Tasks in the order of their ids. */
  TasksPage page(TasksQuery query) {
    return TaskPage.of(tasks, book, query);
  }

  /** Takes a task back; one that has ended stays as it is. */
  Future<Task> cancel(String taskId, String subject) {
    TaskEntry entry = tasks.get(taskId);
    if (entry == null) {
      return Future.failedFuture(TaskWords.unknown(taskId));
    }
    String why = TaskWords.takenBack(subject);
    return end(entry, TaskStatus.CANCELLED, why, why).map(done -> entry.task());
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
    Optional<AgentEntry> agent = book.isKnownWhole() ? choice.of(entry) : Optional.empty();
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
    agents
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
    entry.heldBy(agent);
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
                handAgain(entry);
              } else {
                releaseFrom(entry, agent);
              }
            },
            failure -> {
              releaseFrom(entry, agent);
              LOG.debug("task {} cannot be given", entry.id(), failure);
            });
  }

  private static void releaseFrom(TaskEntry entry, AgentEntry agent) {
    if (agent.equals(entry.holder())) {
      entry.release();
    }
  }

  /** Hands a task to the agent that was given it, which may have it: then it stays as it is. */
  private void handAgain(TaskEntry entry) {
    Task task = entry.task();
    Optional.ofNullable(task.agentId())
        .flatMap(book::agent)
        .ifPresentOrElse(
            agent -> {
              entry.heldBy(agent);
              hand(entry, agent);
            },
            () -> {
              Future<?> _ = retry(entry, task, "its agent left the mesh", 0);
            });
  }

  private void hand(TaskEntry entry, AgentEntry agent) {
    Task task = entry.task();
    courier
        .assign(agent, task)
        .onComplete(
            assigned -> {
              if (assigned.isTaken()) {
                agent.isWilling();
              } else {
                agent.refused(nanoClock.getAsLong(), REFUSED_NANOS);
                again(entry, task, Task::untaken, "its agent had no room");
              }
            },
            failure -> {
              if (isGone(failure)) {
                agent.refused(nanoClock.getAsLong(), REFUSED_NANOS);
                again(entry, task, Task::untaken, "its agent left the mesh");
                return;
              }
              agent.refused(nanoClock.getAsLong(), MUTE_NANOS);
              courier.recall(agent, task, "it was given to another agent");
              Future<?> _ = retry(entry, task, "its agent did not answer", 0);
            });
  }

  /** Its gateway does not hold it any more, so it cannot have taken the task. */
  private static boolean isGone(Throwable failure) {
    return failure instanceof RefusalException refusal
        && refusal.code() == ErrorCode.AGENT_NOT_FOUND;
  }

  private interface Requeue {
    Task apply(Task task, String why);
  }

  /** A task that an agent was given needs another one, unless that is over since. */
  private void again(TaskEntry entry, Task given, Requeue how, String why) {
    entry
        .change(task -> isStill(task, given) ? Optional.of(how.apply(task, why)) : Optional.empty())
        .onComplete(
            isDone -> {
              if (isDone) {
                AgentEntry before = entry.holder();
                entry.release();
                metrics.again();
                news.is(entry.task());
                place(entry);
                if (before != null) {
                  maybeFree(before);
                }
              }
            },
            failure -> {
              entry.release();
              LOG.warn("task {} cannot be given anew yet", entry.id(), failure);
            });
  }

  private static boolean isStill(Task task, Task given) {
    return task.status().isHeld()
        && task.attempt() == given.attempt()
        && Objects.equals(task.agentId(), given.agentId());
  }

  @Override
  public void maybeFree(AgentEntry agent) {
    if (isOver || !book.isKnownWhole()) {
      return;
    }
    while (agent.hasRoom(nanoClock.getAsLong())) {
      Optional<String> next = waiting.first(agent.lanes(), taskId -> mayHave(agent, taskId));
      if (next.isEmpty()) {
        return;
      }
      next.map(tasks::get).ifPresent(entry -> give(entry, agent));
    }
  }

  private boolean mayHave(AgentEntry agent, String taskId) {
    TaskEntry entry = tasks.get(taskId);
    return entry != null && choice.mayHave(agent, entry);
  }

  @Override
  public void lost(AgentEntry agent, String why) {
    for (String taskId : List.copyOf(agent.tasks())) {
      TaskEntry entry = tasks.get(taskId);
      if (entry != null) {
        entry.release();
        Future<?> _ = retry(entry, entry.task(), why, 0);
      }
    }
  }

  /** Another agent is to do it, where it was not tried too often; its own one after a pause. */
  private Future<Boolean> retry(TaskEntry entry, Task given, String why, long pauseNanos) {
    if (given.attempt() >= config.attempts()) {
      String spent = TaskWords.tried(given, why);
      return end(entry, task -> isStill(task, given), TaskStatus.FAILED, spent)
          .onFailure(failure -> entry.release());
    }
    entry.triedBy(given.agentId(), nanoClock.getAsLong() + pauseNanos);
    again(entry, given, Task::queued, why);
    return Future.succeededFuture(true);
  }

  /** Those that were given out before this node kept tasks are given again, to who has them. */
  @Override
  public void isWhole() {
    for (TaskEntry entry : List.copyOf(open.values())) {
      if (entry.task().status().isHeld() && entry.holder() == null) {
        handAgain(entry);
      }
    }
    book.all().forEach(this::maybeFree);
    searchAnew();
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
                  ? retry(entry, entry.task(), reason, FAILED_NANOS)
                  : end(entry, task -> isOf(task, report), TaskStatus.FAILED, reason))
              .map(Reported::new);
      case TaskStep.Declined(String reason) -> {
        decline(entry, reason);
        yield Future.succeededFuture(new Reported(true));
      }
    };
  }

  /** Its agent did not take it up, and is asked again later, as one that had no room. */
  private void decline(TaskEntry entry, String reason) {
    AgentEntry agent = entry.holder();
    if (agent != null) {
      agent.refused(nanoClock.getAsLong(), REFUSED_NANOS);
    }
    again(entry, entry.task(), Task::untaken, reason);
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
    if (open.remove(entry.id()) == null) {
      return;
    }
    waiting.remove(entry.id());
    metrics.ended(entry.task().status());
    ended.weighs(entry);
    ended.add(entry);
    news.is(entry.task());
    entry.tellWaiters();
    AgentEntry agent = entry.holder();
    entry.release();
    if (agent != null) {
      agent.isWilling();
      maybeFree(agent);
    }
  }

  private void forget(TaskEntry entry) {
    tasks.remove(entry.id());
    table.forget(entry.stored());
  }
}
