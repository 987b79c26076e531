/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.protocol.task.TaskRequest;
import java.util.List;
import java.util.Objects;

/** Those agents that may have the tasks that wait together. */
sealed interface Lane {
  /** One agent. */
  record OfAgent(String agentId) implements Lane {}

  /**
   * Agents of a kind and with a capability.
   *
   * @param kind empty for any
   * @param capability empty for any
   */
  record OfSkill(String kind, String capability) implements Lane {}

  /** The lanes of a task whose request names agents; none where it does not. */
  static List<Lane> of(TaskRequest request) {
    String target = request.target();
    if (target != null) {
      return List.of(new OfAgent(target));
    }
    return request.namesAgents()
        ? List.of(
            new OfSkill(
                Objects.requireNonNullElse(request.kind(), ""),
                Objects.requireNonNullElse(request.capability(), "")))
        : List.of();
  }
}
