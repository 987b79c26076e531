/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.task.Task;
import java.util.Map;

/** What is said of tasks to those who see them: reasons and refusals. */
final class TaskWords {
  private TaskWords() {}

  /** It was tried as often as a task is, the last time by the agent that has it. */
  static String tried(Task task, String why) {
    return task.attempt() == 1
        ? "tried once, by %s: %s".formatted(task.agentId(), why)
        : "tried %d times, the last by %s: %s".formatted(task.attempt(), task.agentId(), why);
  }

  /** Somebody took it back, whose name is empty where it is not known. */
  static String takenBack(String subject) {
    return subject.isEmpty() ? "it was taken back" : "taken back by " + subject;
  }

  static RefusalException unknown(String taskId) {
    return new RefusalException(
        ErrorCode.TASK_NOT_FOUND, "there is no task " + taskId, Map.of("taskId", taskId));
  }

  static RefusalException ofSomebodyElse(String taskId) {
    return RefusalException.ofField(
        ErrorCode.INVALID_MESSAGE, "taskId", "an id of which nobody else has a task", taskId);
  }

  static RefusalException keptElsewhere() {
    return RefusalException.unavailable("tasks", "another node keeps them; try again");
  }
}
