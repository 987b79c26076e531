/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task of a swarm as its server tells of it; null is what it does not say.
 *
 * @param taskId the server's id, to be taken as it is
 * @param description what is to be done
 * @param state its state in a word of ours
 * @param status its state in the server's word
 * @param progress 0 to 100, as the server says
 * @param priority the server's word
 * @param agents who has it
 * @param createdAt ms since 1970
 * @param startedAt ms since 1970
 * @param completedAt ms since 1970
 * @param result what came of it, as JSON
 * @param isFollowed whether the server tells how it goes on; a server that takes tasks and never
 *     says more of them leaves the rest as it was when the task was taken
 */
public record TaskView(
    String taskId,
    @Nullable String description,
    TaskState state,
    @Nullable String status,
    @Nullable Double progress,
    @Nullable String priority,
    List<String> agents,
    @Nullable Long createdAt,
    @Nullable Long startedAt,
    @Nullable Long completedAt,
    @Nullable String result,
    boolean isFollowed) {
  private static final double WHOLE = 100;

  /** Copies the list, and keeps the progress within its range. */
  public TaskView {
    agents = List.copyOf(agents);
    progress = progress == null ? null : Math.clamp(progress, 0, WHOLE);
  }

  /** A task as a row of one of these servers has it, its progress in per cent. */
  static @Nullable TaskView of(Row row) {
    String id = row.text("taskId", "id");
    if (id == null || id.isBlank()) {
      return null;
    }
    List<String> agents = row.texts("assignedTo");
    if (agents.isEmpty()) {
      agents = row.texts("assignedAgents");
    }
    if (agents.isEmpty()) {
      agents = row.texts("assigned_agents");
    }
    return new TaskView(
        id,
        row.text("description", "task"),
        TaskState.of(row.text("status")),
        row.text("status"),
        row.number("progress"),
        row.text("priority"),
        agents,
        row.instant("createdAt"),
        row.instant("startedAt"),
        row.instant("completedAt"),
        row.json("result"),
        true);
  }

  /** What this and an earlier view say together: lists leave out what other answers have. */
  TaskView over(TaskView earlier) {
    return new TaskView(
        taskId,
        description == null ? earlier.description : description,
        status == null ? earlier.state : state,
        status == null ? earlier.status : status,
        progress == null ? earlier.progress : progress,
        priority == null ? earlier.priority : priority,
        agents.isEmpty() ? earlier.agents : agents,
        createdAt == null ? earlier.createdAt : createdAt,
        startedAt == null ? earlier.startedAt : startedAt,
        completedAt == null ? earlier.completedAt : completedAt,
        result == null ? earlier.result : result,
        isFollowed);
  }

  TaskView withoutProgress() {
    return new TaskView(
        taskId,
        description,
        state,
        status,
        null,
        priority,
        agents,
        createdAt,
        startedAt,
        completedAt,
        result,
        isFollowed);
  }

  TaskView unfollowed() {
    return new TaskView(
        taskId,
        description,
        state,
        status,
        progress,
        priority,
        agents,
        createdAt,
        startedAt,
        completedAt,
        result,
        false);
  }
}
