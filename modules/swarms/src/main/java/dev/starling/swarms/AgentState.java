/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an agent of a swarm does, in one word for all kinds of servers. */
public enum AgentState {
  /** It is being made. */
  STARTING,
  /** It is there and has nothing to do. */
  IDLE,
  /** It works. */
  ACTIVE,
  /** It takes no work for now. */
  PAUSED,
  /** It is there and does not work as it should. */
  FAILING,
  /** It is no more. */
  OFFLINE,
  /** The server says something of it that is not known here, or nothing. */
  UNKNOWN;

  /** The state that a server's word means. */
  public static AgentState of(@Nullable String word) {
    if (word == null) {
      return UNKNOWN;
    }
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "starting", "spawning", "initializing", "initialising", "pending" -> STARTING;
      case "idle", "registered", "ready", "available" -> IDLE;
      case "active", "busy", "in_progress", "running", "working" -> ACTIVE;
      case "paused", "suspended" -> PAUSED;
      case "error", "failed", "failing", "unhealthy", "degraded", "crashed", "dead" -> FAILING;
      case "offline", "terminated", "stopped", "not_found" -> OFFLINE;
      default -> UNKNOWN;
    };
  }
}
