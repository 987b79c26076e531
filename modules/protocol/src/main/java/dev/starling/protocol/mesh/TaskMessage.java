/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.task.Task;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStatus;
import dev.starling.protocol.task.TaskStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the keeper of tasks is asked and told, and what it answers. */
public sealed interface TaskMessage extends MeshMessage {
  /** The longest that an answer waits for the end of a task. */
  long MOST_WAIT_MILLIS = 20_000;

  /**
   * Asks for something to be done; answered once the task outlives the loss of any node.
   *
   * @param taskId made by who asks, so that the same question asked again is no second task; of one
   *     subject alone
   * @param subject who asks; empty for a session without a token
   */
  record Submit(String taskId, TaskRequest request, String subject)
      implements TaskMessage, Asks<TaskIs> {
    @Override
    public Class<TaskIs> answer() {
      return TaskIs.class;
    }

    @Override
    public int weight() {
      return 512 + (request.input() == null ? 0 : request.input().bytes().length);
    }
  }

  /**
   * Asks how a task is.
   *
   * @param waitMillis for how long the answer may wait for its end, at most {@link
   *     #MOST_WAIT_MILLIS}
   */
  record TaskQuery(String taskId, long waitMillis) implements TaskMessage, Asks<TaskIs> {
    @Override
    public Class<TaskIs> answer() {
      return TaskIs.class;
    }
  }

  /**
   * Takes a task back.
   *
   * @param subject who does; empty for a session without a token
   */
  record Cancel(String taskId, String subject) implements TaskMessage, Asks<TaskIs> {
    @Override
    public Class<TaskIs> answer() {
      return TaskIs.class;
    }
  }

  /** How a task is. */
  record TaskIs(Task task) implements TaskMessage {}

  /**
   * Asks for tasks in the order of their ids, from behind {@code after}. Their inputs are left out.
   *
   * @param status only those that are so; null for all
   * @param agentId only those of this agent; null for all
   */
  record TasksQuery(String after, int limit, @Nullable TaskStatus status, @Nullable String agentId)
      implements TaskMessage, Asks<TasksPage> {
    @Override
    public Class<TasksPage> answer() {
      return TasksPage.class;
    }
  }

  /**
   * Some of the tasks: one at least where there is one, and no more than one answer should hold.
   *
   * @param more whether others follow
   */
  record TasksPage(List<Task> tasks, boolean more) implements TaskMessage {
    public TasksPage {
      tasks = List.copyOf(tasks);
    }
  }

  /** What an agent says of a task that it was given; repeated until it is answered. */
  record Report(String taskId, int attempt, String agentId, TaskStep step)
      implements TaskMessage, Asks<Reported> {
    @Override
    public Class<Reported> answer() {
      return Reported.class;
    }
  }

  /**
   * A report was taken.
   *
   * @param isCurrent false where the task is somebody else's by now, or has ended
   */
  record Reported(boolean isCurrent) implements TaskMessage {}
}
