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
  /** Bytes of outcomes that wait at most; a larger one waits alone. */
  static final long MOST_BYTES = 16L << 20;

  private final Queue<AgentCall> waiting = new ArrayDeque<>();
  private final int most;
  private long bytes;

  Inbox(int most) {
    this.most = most;
  }

  /** Puts a call at the end; false where there is no room. */
  synchronized boolean offer(AgentCall call) {
    if (waiting.size() >= most || (bytes > 0 && bytes + call.bytes() > MOST_BYTES)) {
      return false;
    }
    bytes += call.bytes();
    return waiting.add(call);
  }

  /** Takes the first one. */
  synchronized Optional<AgentCall> take() {
    Optional<AgentCall> first = Optional.ofNullable(waiting.poll());
    first.ifPresent(call -> bytes -= call.bytes());
    return first;
  }

  synchronized int size() {
    return waiting.size();
  }

  /** Throws away all that waits, and says how much that was. */
  synchronized int clear() {
    int size = waiting.size();
    waiting.clear();
    bytes = 0;
    return size;
  }
}
