/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import java.util.List;

/**
 * A task for a swarm.
 *
 * @param description what is to be done
 * @param type its kind, such as {@code research}, for servers that want one
 * @param priority a word that the server knows, such as {@code high}
 * @param agents to whom it is given; empty where the server may choose
 */
public record TaskPlan(String description, String type, String priority, List<String> agents) {
  /** Refuses an empty description, type or priority. */
  public TaskPlan {
    if (description.isBlank() || type.isBlank() || priority.isBlank()) {
      throw new IllegalArgumentException("a task needs a description, a type and a priority");
    }
    agents = List.copyOf(agents);
  }
}
