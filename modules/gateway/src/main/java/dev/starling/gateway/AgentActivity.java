/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.mesh.TaskBrief;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a session's agent did since it was registered first, as far as its gateway sees it, and the
 * tasks that it has. Gateway's loop only.
 */
final class AgentActivity {
  /** So long after its last outcome an agent still counts as active. */
  static final long ACTIVE_NANOS = 10_000_000_000L;

  private final Map<String, TaskBrief> tasks = new LinkedHashMap<>();
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
    return !tasks.isEmpty() || (everActive && nowNanos - lastNanos < ACTIVE_NANOS);
  }

  void began(TaskBrief task) {
    tasks.put(task.taskId(), task);
  }

  /** A task that it has in this attempt. */
  Optional<TaskBrief> task(String taskId, int attempt) {
    return Optional.ofNullable(tasks.get(taskId)).filter(one -> one.attempt() == attempt);
  }

  /** It has a task no more. */
  void ended(TaskBrief task) {
    tasks.remove(task.taskId(), task);
  }

  /** A task of its ended by what it said itself. */
  void finished(TaskBrief task, boolean isDone) {
    if (tasks.remove(task.taskId(), task)) {
      tasksDone += isDone ? 1 : 0;
      tasksFailed += isDone ? 0 : 1;
    }
  }

  /** It has none of its tasks any more; which these were. */
  List<TaskBrief> abandon() {
    List<TaskBrief> had = List.copyOf(tasks.values());
    tasks.clear();
    return had;
  }

  int tasks() {
    return tasks.size();
  }

  /** The task that it has had longest. */
  Optional<TaskBrief> firstTask() {
    return tasks.values().stream().findFirst();
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
