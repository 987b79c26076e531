/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How far a task of a swarm is, in one word for all kinds of servers. */
public enum TaskState {
  /** It waits for somebody to begin. */
  PENDING,
  /** Somebody is at it. */
  RUNNING,
  /** It is done. */
  COMPLETED,
  /** It ended without being done. */
  FAILED,
  /** Somebody called it off. */
  CANCELLED,
  /** The server says something of it that is not known here, or nothing. */
  UNKNOWN;

  /** The state that a server's word means. */
  public static TaskState of(@Nullable String word) {
    if (word == null) {
      return UNKNOWN;
    }
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "pending", "queued", "created", "assigned", "orchestrated", "scheduled" -> PENDING;
      case "in_progress", "running", "active", "executing" -> RUNNING;
      case "completed", "complete", "done" -> COMPLETED;
      case "failed", "error", "timeout" -> FAILED;
      case "cancelled", "canceled" -> CANCELLED;
      default -> UNKNOWN;
    };
  }

  /** Whether nothing more is to come. */
  public boolean isEnd() {
    return switch (this) {
      case COMPLETED, FAILED, CANCELLED -> true;
      case PENDING, RUNNING, UNKNOWN -> false;
    };
  }
}
