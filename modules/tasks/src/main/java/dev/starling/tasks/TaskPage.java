/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.protocol.RawJson;
import dev.starling.protocol.mesh.TaskMessage.TasksPage;
import dev.starling.protocol.mesh.TaskMessage.TasksQuery;
import dev.starling.protocol.task.Task;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;

/** Tasks in the order of their ids, as many as one answer on the bus should hold. */
final class TaskPage {
  /** What one answer holds at most, but for one task that is larger by itself. */
  private static final long MOST_BYTES = 1L << 20;

  private TaskPage() {}

  /** The page that is asked for, of these tasks. */
  static TasksPage of(NavigableMap<String, TaskEntry> tasks, AgentBook book, TasksQuery query) {
    Iterator<TaskEntry> found =
        tasks.tailMap(query.after(), false).values().stream()
            .filter(entry -> isAskedFor(entry.task(), query))
            .iterator();
    List<Task> page = new ArrayList<>();
    long bytes = 0;
    while (found.hasNext()) {
      TaskEntry next = found.next();
      bytes += weight(next);
      if (page.size() == query.limit() || (bytes > MOST_BYTES && !page.isEmpty())) {
        return new TasksPage(page, true);
      }
      page.add(Hindrance.shown(book, next).asListed());
    }
    return new TasksPage(page, false);
  }

  private static boolean isAskedFor(Task task, TasksQuery query) {
    return (query.status() == null || task.status() == query.status())
        && (query.agentId() == null || query.agentId().equals(task.agentId()));
  }

  /** What it takes in the table, less what lists leave out. */
  private static int weight(TaskEntry entry) {
    RawJson input = entry.task().request().input();
    return entry.stored().bytes().length - (input == null ? 0 : input.bytes().length);
  }
}
