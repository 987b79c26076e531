/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.task;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where a task is on its way. The names are on the bus. */
public enum TaskStatus {
  /** No agent that may have it has room. */
  QUEUED,
  /** An agent was given it. */
  ASSIGNED,
  /** That agent said how far it is. */
  PROGRESSING,
  /** It has a result. */
  COMPLETED,
  /** It has none, and a reason. */
  FAILED,
  /** Somebody took it back. */
  CANCELLED,
  /** Its time was over before it ended. */
  TIMED_OUT;

  private static final List<TaskStatus> ALL = List.of(values());

  /** The words of all, as errors list them. */
  public static final List<String> KNOWN = Arrays.stream(values()).map(TaskStatus::word).toList();

  /** The word in messages. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The status of a word. */
  public static Optional<TaskStatus> of(String word) {
    return ALL.stream().filter(status -> status.word().equals(word)).findFirst();
  }

  /** Whether nothing comes after it. */
  public boolean isEnd() {
    return switch (this) {
      case QUEUED, ASSIGNED, PROGRESSING -> false;
      case COMPLETED, FAILED, CANCELLED, TIMED_OUT -> true;
    };
  }

  /** Whether an agent has the task. */
  public boolean isHeld() {
    return this == ASSIGNED || this == PROGRESSING;
  }
}
