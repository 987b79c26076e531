/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * What waits for one agent, in order and within a bound. Thread-safe: it is filled on the event
 * loop of the host and emptied on the agent's context.
 */
final class Inbox {
  private final Queue<AgentCall> waiting = new ArrayDeque<>();
  private final int most;

  Inbox(int most) {
    this.most = most;
  }

  /** Puts a call at the end; false where there is no room. */
  synchronized boolean offer(AgentCall call) {
    return waiting.size() < most && waiting.add(call);
  }

  /** Takes the first one. */
  synchronized Optional<AgentCall> take() {
    return Optional.ofNullable(waiting.poll());
  }

  synchronized int size() {
    return waiting.size();
  }

  /** Throws away all that waits, and says how much that was. */
  synchronized int clear() {
    int size = waiting.size();
    waiting.clear();
    return size;
  }
}
