/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.flow.FlowServerMessage.CurrentTask;
import dev.starling.protocol.mesh.TaskBrief;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a session's agent did since it was registered first, as far as its gateway sees it, and the
 * tasks that it has. Gateway's loop only.
 */
final class AgentActivity {
  /** So long after its last outcome an agent still counts as active. */
  static final long ACTIVE_NANOS = 10_000_000_000L;

  private static final long NOT_CLAIMED = -1;

  /** A task that it has, with what it said of it last. */
  private static final class Work {
    private final TaskBrief task;
    private long sinceMillis;
    private @Nullable Double percent;

    private Work(TaskBrief task, long sinceMillis) {
      this.task = task;
      this.sinceMillis = sinceMillis;
    }

    private boolean isOffered() {
      return sinceMillis == NOT_CLAIMED;
    }

    private CurrentTask at(long nowMillis) {
      return new CurrentTask(task.taskId(), task.description(), percent, estimate(nowMillis));
    }

    /** When it will be done at its pace so far. */
    private @Nullable Instant estimate(long nowMillis) {
      Double done = percent;
      return done == null || done <= 0
          ? null
          : Instant.ofEpochMilli(sinceMillis + Math.round((nowMillis - sinceMillis) * 100 / done));
    }
  }

  private final Map<String, Work> tasks = new LinkedHashMap<>();
  private long received;
  private long emitted;
  private long tasksDone;
  private long tasksFailed;
  private long lastNanos;
  private boolean everActive;

  void received(long nowNanos) {
    received++;
    touch(nowNanos);
  }

  void emitted(long nowNanos) {
    emitted++;
    touch(nowNanos);
  }

  private void touch(long nowNanos) {
    lastNanos = nowNanos;
    everActive = true;
  }

  boolean isActive(long nowNanos) {
    boolean isWorking = tasks.values().stream().anyMatch(one -> !one.isOffered());
    return isWorking || (everActive && nowNanos - lastNanos < ACTIVE_NANOS);
  }

  /** It works on a task from now on. */
  void began(TaskBrief task, long nowMillis) {
    tasks.put(task.taskId(), new Work(task, nowMillis));
  }

  /** It has a task that its client has yet to take up, which is no work until then. */
  void offered(TaskBrief task) {
    tasks.put(task.taskId(), new Work(task, NOT_CLAIMED));
  }

  /** Its client takes up a task that it was offered. */
  void claimed(String taskId, long nowMillis) {
    Work work = tasks.get(taskId);
    if (work != null && work.isOffered()) {
      work.sinceMillis = nowMillis;
    }
  }

  private Optional<Work> work(String taskId, int attempt) {
    return Optional.ofNullable(tasks.get(taskId)).filter(one -> one.task.attempt() == attempt);
  }

  /** A task that it has in this attempt. */
  Optional<TaskBrief> task(String taskId, int attempt) {
    return work(taskId, attempt).map(one -> one.task);
  }

  /** It said how far a task is, in per cent. */
  void progressed(TaskBrief task, double percent) {
    work(task.taskId(), task.attempt()).ifPresent(one -> one.percent = percent);
  }

  /** It has a task no more. */
  void ended(TaskBrief task) {
    boolean _ = remove(task);
  }

  private boolean remove(TaskBrief task) {
    boolean isHeld = work(task.taskId(), task.attempt()).isPresent();
    if (isHeld) {
      tasks.remove(task.taskId());
    }
    return isHeld;
  }

  /** A task of its ended by what it said itself. */
  void finished(TaskBrief task, boolean isDone) {
    if (remove(task)) {
      tasksDone += isDone ? 1 : 0;
      tasksFailed += isDone ? 0 : 1;
    }
  }

  /** It has none of its tasks any more; which these were. */
  List<TaskBrief> abandon() {
    List<TaskBrief> had = tasks.values().stream().map(one -> one.task).toList();
    tasks.clear();
    return had;
  }

  int tasks() {
    return tasks.size();
  }

  /** The task that it has worked on longest, and how far that is as it says. */
  Optional<CurrentTask> current(long nowMillis) {
    return tasks.values().stream()
        .filter(one -> !one.isOffered())
        .findFirst()
        .map(one -> one.at(nowMillis));
  }

  /** Outcomes and tasks that reached it. */
  long processed() {
    return received + tasksDone + tasksFailed;
  }

  /** Outcomes that it emitted and tasks that it completed. */
  long responses() {
    return emitted + tasksDone;
  }

  /** The share of its tasks that failed; empty where none has ended. */
  Optional<Double> errorRate() {
    long ended = tasksDone + tasksFailed;
    return ended == 0 ? Optional.empty() : Optional.of((double) tasksFailed / ended);
  }
}
