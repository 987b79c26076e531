/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.task;

import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants done, and by whom. One agent may be named; else any of a kind, of a
 * capability, or of both will do, and where none is named the agents that are most about it.
 *
 * @param description in words, 1–{@link #MOST_DESCRIPTION} characters
 * @param target the agent that is to do it; null for any
 * @param kind of the agent; null for any
 * @param capability that the agent must have; null for any
 * @param meaning what it is about, where its agents are to be found by that; null otherwise
 * @param input an object of at most {@link #MOST_INPUT} bytes for the agent; null for none
 * @param timeoutMillis after which it has failed; 0 for the mesh's usual time
 */
public record TaskRequest(
    String description,
    @Nullable String target,
    @Nullable String kind,
    @Nullable String capability,
    @Nullable Fingerprint meaning,
    TaskPriority priority,
    @Nullable RawJson input,
    long timeoutMillis) {
  /** Characters of a description at most. */
  public static final int MOST_DESCRIPTION = 8 * 1024;

  /** Bytes of an input, and of a result, at most. */
  public static final int MOST_INPUT = 256 * 1024;

  /** Characters of a reason or of a message about progress at most. */
  public static final int MOST_WORDS = 1024;

  /** The longest time that may be asked for: a week. */
  public static final long MOST_TIMEOUT_MILLIS = 7L * 24 * 3600 * 1000;

  /** Whether agents are named in any way. */
  public boolean namesAgents() {
    return target != null || kind != null || capability != null;
  }

  /** The same without what lists of tasks do not show: what it is about, and its input. */
  TaskRequest asListed() {
    return new TaskRequest(
        description, target, kind, capability, null, priority, null, timeoutMillis);
  }

  /** The same of agents that are about {@code fingerprint}. */
  public TaskRequest about(Fingerprint fingerprint) {
    return new TaskRequest(
        description, target, kind, capability, fingerprint, priority, input, timeoutMillis);
  }
}
