/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import dev.starling.protocol.task.TaskStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What a keeper of tasks counts. Thread-safe. */
final class TasksMetrics {
  private final MeterRegistry registry;
  private final Map<TaskStatus, Counter> ended = new EnumMap<>(TaskStatus.class);
  private final Counter given;
  private final Counter again;
  private final Counter forgotten;

  TasksMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (TaskStatus status : TaskStatus.values()) {
      if (status.isEnd()) {
        ended.put(
            status,
            Counter.builder("starling.tasks.ended")
                .description("Tasks that ended, by how")
                .tag("status", status.word())
                .register(registry));
      }
    }
    this.given = counter("starling.tasks.given", "Times that an agent was given a task");
    this.again = counter("starling.tasks.again", "Times that a task had to be given anew");
    this.forgotten =
        counter("starling.tasks.forgotten", "Tasks forgotten before their time, for want of room");
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  void ended(TaskStatus how) {
    Optional.ofNullable(ended.get(how)).ifPresent(Counter::increment);
  }

  void given() {
    given.increment();
  }

  void again() {
    again.increment();
  }

  void forgotten() {
    forgotten.increment();
  }

  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }
}
