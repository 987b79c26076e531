/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import org.jspecify.annotations.Nullable;

/**
 * How this follower's calls that were about one agent went, counted here since the agent was seen
 * first.
 *
 * @param calls that ended, in whatever way
 * @param answers of these, the ones that the server said yes to
 */
public record AgentCalls(long calls, long answers) {
  static final AgentCalls NONE = new AgentCalls(0, 0);

  /** The calls without such an answer in all calls, 0 to 1; null before the first one ended. */
  public @Nullable Double errorRate() {
    return calls == 0 ? null : (double) (calls - answers) / calls;
  }

  AgentCalls and(boolean isAnswer) {
    return new AgentCalls(calls + 1, answers + (isAnswer ? 1 : 0));
  }
}
