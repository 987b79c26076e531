/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.protocol.task.Task;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStatus;
import java.util.Optional;

/** Why a task waits that no agent of the mesh can be given now. */
final class Hindrance {
  private Hindrance() {}

  /** The task as people see it: one that waits says why, where that is known. */
  static Task shown(AgentBook book, TaskEntry entry) {
    Task task = entry.task();
    boolean isKnown = task.status() == TaskStatus.QUEUED && book.isKnownWhole();
    return isKnown ? of(book, entry).map(task::waiting).orElse(task) : task;
  }

  private static Optional<String> of(AgentBook book, TaskEntry entry) {
    TaskRequest request = entry.task().request();
    String target = request.target();
    if (target != null) {
      return ofTarget(book, target);
    }
    if (entry.lanes().stream().anyMatch(book::hasWorkers)) {
      return Optional.empty();
    }
    return Optional.of(
        request.namesAgents()
            ? "no agent of the mesh that takes tasks " + wanted(request)
            : "no agent of the mesh that takes tasks is near to its description");
  }

  private static Optional<String> ofTarget(AgentBook book, String target) {
    AgentEntry agent = book.agent(target).orElse(null);
    if (agent == null) {
      return Optional.of("agent " + target + " is not in the mesh now");
    }
    return agent.label().isHeldBack()
        ? Optional.of("agent " + target + " takes nothing now: it starts, is paused or away")
        : Optional.empty();
  }

  private static String wanted(TaskRequest request) {
    String kind = request.kind();
    String capability = request.capability();
    if (kind == null) {
      return "can do " + capability;
    }
    return "is of kind " + kind + (capability == null ? "" : " and can do " + capability);
  }
}
