/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import java.time.Duration;

/**
 * How tasks are kept.
 *
 * @param most tasks that have not ended, at most
 * @param memory bytes of all tasks together at most; those that ended longest ago make room
 * @param keep for how long a task that has ended can be asked for
 * @param timeout after which a task has failed whose asker gave no time
 * @param attempts how often a task is given to an agent at most, where agents are lost or fail on
 *     it
 */
public record TasksConfig(int most, long memory, Duration keep, Duration timeout, int attempts) {
  /** Refuses what is below one. */
  public TasksConfig {
    if (most < 1 || memory < 1 || attempts < 1) {
      throw new IllegalArgumentException("most, memory and attempts are at least 1");
    }
  }
}
