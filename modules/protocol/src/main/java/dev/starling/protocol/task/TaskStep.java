/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.task;

import dev.starling.protocol.RawJson;
import org.jspecify.annotations.Nullable;

/** What an agent says of a task that it was given. */
public sealed interface TaskStep {

  /**
   * It is on the way.
   *
   * @param percent 0–100; null where the agent cannot tell
   * @param message in words; null for none
   */
  record Progress(@Nullable Double percent, @Nullable String message) implements TaskStep {}

  /** It is done; {@code result} is an object. */
  record Completed(RawJson result) implements TaskStep {}

  /**
   * It is not done, and will not be by this agent.
   *
   * @param mayRetry whether another agent, or this one later, might do it
   */
  record Failed(String reason, boolean mayRetry) implements TaskStep {}

  /** It was not taken up, so that nothing was tried: the attempt does not count. */
  record Declined(String reason) implements TaskStep {}
}
