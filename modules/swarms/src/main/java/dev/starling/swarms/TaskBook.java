/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import dev.starling.swarms.SwarmChange.TaskChanged;
import dev.starling.swarms.SwarmChange.TaskGone;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The tasks of a server as they were told of last, and what that changes. For one context. */
final class TaskBook {
  private final int most;
  private final SwarmFigures figures;
  private final Consumer<SwarmChange> tell;
  private final Map<String, TaskView> tasks = new LinkedHashMap<>();

  TaskBook(int most, SwarmFigures figures, Consumer<SwarmChange> tell) {
    this.most = most;
    this.figures = figures;
    this.tell = tell;
  }

  List<TaskView> all() {
    return List.copyOf(tasks.values());
  }

  /** The ids of the tasks that are not over, and that the server tells of. */
  List<String> live() {
    return tasks.values().stream().filter(TaskBook::isLive).map(TaskView::taskId).toList();
  }

  /** Whether a task of this agent is not over. */
  boolean isBusy(String agentId) {
    return tasks.values().stream()
        .anyMatch(task -> isLive(task) && task.agents().contains(agentId));
  }

  /** Whether another task can be followed. */
  boolean hasRoom() {
    return tasks.size() < most || firstToLeave().isPresent();
  }

  /**
   * The server listed its tasks.
   *
   * @return the ids of those that are not over and were not listed
   */
  List<String> listed(List<TaskView> rows) {
    Set<String> there = new HashSet<>();
    for (TaskView row : rows) {
      there.add(row.taskId());
      told(row);
    }
    return live().stream().filter(id -> !there.contains(id)).toList();
  }

  /** The server told of one task. */
  void told(TaskView row) {
    TaskView before = tasks.get(row.taskId());
    if (before == null && !makeRoom(row)) {
      figures.leftOut(1);
      return;
    }
    TaskView now = before == null ? row : row.over(before);
    if (!now.equals(before)) {
      tasks.put(row.taskId(), now);
      tell.accept(new TaskChanged(before, now));
    }
  }

  /** The server does not say how this task goes on. */
  void unfollowed(String taskId) {
    TaskView before = tasks.get(taskId);
    if (before != null) {
      told(before.unfollowed());
    }
  }

  void gone(String taskId) {
    TaskView last = tasks.remove(taskId);
    if (last != null) {
      tell.accept(new TaskGone(last));
    }
  }

  /** The oldest task that nothing more is told of gives way to a live one. */
  private boolean makeRoom(TaskView row) {
    if (tasks.size() < most) {
      return true;
    }
    Optional<String> first = firstToLeave();
    if (first.isEmpty() || !isLive(row)) {
      return false;
    }
    tasks.remove(first.get());
    return true;
  }

  private Optional<String> firstToLeave() {
    return tasks.values().stream().filter(task -> !isLive(task)).map(TaskView::taskId).findFirst();
  }

  private static boolean isLive(TaskView task) {
    return task.isFollowed() && !task.state().isEnd();
  }
}
