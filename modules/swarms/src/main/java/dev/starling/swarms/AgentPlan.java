/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import java.util.List;

/**
 * An agent to be spawned by a server.
 *
 * @param type what it is to be, such as {@code researcher}
 * @param name what it is called
 * @param capabilities what it can do, in words
 */
public record AgentPlan(String type, String name, List<String> capabilities) {
  /** Refuses an empty type or name. */
  public AgentPlan {
    if (type.isBlank() || name.isBlank()) {
      throw new IllegalArgumentException("an agent needs a type and a name");
    }
    capabilities = List.copyOf(capabilities);
  }
}
