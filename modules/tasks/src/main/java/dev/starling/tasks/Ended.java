/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The tasks that have ended, kept for a while to be asked for, and what all tasks take: those that
 * ended longest ago make room. One event loop.
 */
final class Ended {
  private final TasksConfig config;
  private final TasksMetrics metrics;
  private final Consumer<TaskEntry> forget;
  private final Deque<TaskEntry> inOrder = new ArrayDeque<>();
  private final Map<String, Integer> weights = new HashMap<>();
  private long bytes;

  /** None yet; {@code forget} is given each that is kept no longer. */
  Ended(TasksConfig config, TasksMetrics metrics, Consumer<TaskEntry> forget) {
    this.config = config;
    this.metrics = metrics;
    this.forget = forget;
  }

  /** A task takes so much now. */
  void weighs(TaskEntry entry) {
    int weight = entry.stored().bytes().length;
    Integer before = weights.put(entry.id(), weight);
    bytes += weight - (before == null ? 0 : before);
  }

  /** A task has ended. */
  void add(TaskEntry entry) {
    inOrder.add(entry);
  }

  /** Makes room for another task; whether there is some. */
  boolean makeRoom() {
    while (bytes >= config.memory() && !inOrder.isEmpty()) {
      metrics.forgotten();
      drop(inOrder.remove());
    }
    return bytes < config.memory();
  }

  /** Forgets those whose time is over. */
  void prune(long nowMillis) {
    long before = nowMillis - config.keep().toMillis();
    while (!inOrder.isEmpty() && inOrder.peek().task().ended() < before) {
      drop(inOrder.remove());
    }
  }

  private void drop(TaskEntry entry) {
    Integer weight = weights.remove(entry.id());
    bytes -= weight == null ? 0 : weight;
    forget.accept(entry);
  }
}
