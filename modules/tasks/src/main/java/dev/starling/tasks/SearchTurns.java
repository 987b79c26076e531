/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.protocol.task.TaskStatus;
import java.util.List;
import java.util.NavigableMap;
import java.util.stream.Stream;

/** Whose turn it is, of the tasks that wait and name nobody, to have agents looked for anew. */
final class SearchTurns {
  private static final int MOST = 100;

  private String upTo = "";

  /** The next of these tasks, at most 100. */
  List<TaskEntry> next(NavigableMap<String, TaskEntry> open) {
    List<TaskEntry> due =
        Stream.concat(
                open.tailMap(upTo, false).values().stream(),
                open.headMap(upTo, true).values().stream())
            .filter(entry -> entry.task().status() == TaskStatus.QUEUED)
            .filter(entry -> entry.task().request().meaning() != null)
            .limit(MOST)
            .toList();
    if (!due.isEmpty()) {
      upTo = due.getLast().id();
    }
    return due;
  }
}
