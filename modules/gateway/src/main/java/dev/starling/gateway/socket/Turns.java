/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Shares an event loop among its sockets. What may be costly to hear, such as a compressed message
 * that a few bytes on the wire can make as large as the limit, is heard up to {@value #MOST} bytes,
 * or one message that is larger; then the loop looks after all its other work before the next
 * socket has its turn. What is light is heard at once, whatever others send. At most every socket
 * of the loop waits, once. The event loop only.
 */
public final class Turns {
  /** Bytes heard, once inflated, before the loop does its other work. */
  static final int MOST = 1 << 20;

  /** Bytes that a frame may cost and not be held up by other sockets. */
  static final int LIGHT = 16 * 1024;

  private final Deque<Socket> queue = new ArrayDeque<>();
  private long spent;
  private long spentByOne;
  private boolean scheduled;

  /** A socket begins to take frames. */
  void begin() {
    spentByOne = 0;
  }

  /** Whether a frame that costs {@code weight} bytes at most may be heard now. */
  boolean admits(long weight) {
    return spent < MOST || (weight <= LIGHT && spentByOne < MOST);
  }

  /** Takes note of bytes that were heard. */
  void spend(int bytes, EventExecutor loop) {
    spent += bytes;
    spentByOne += bytes;
    if (spent >= MOST) {
      schedule(loop);
    }
  }

  /** Calls {@link Socket#turn} once those that wait before it had theirs. */
  void await(Socket socket, EventExecutor loop) {
    queue.add(socket);
    schedule(loop);
  }

  /** Tasks run before the loop reads its sockets again, those with a time only after it. */
  private void schedule(EventExecutor loop) {
    if (!scheduled) {
      scheduled = true;
      var _ = loop.schedule(() -> next(loop), 0, TimeUnit.NANOSECONDS);
    }
  }

  private void next(EventExecutor loop) {
    scheduled = false;
    spent = 0;
    for (int left = queue.size(); left > 0 && spent < MOST; left--) {
      queue.remove().turn();
    }
    if (!queue.isEmpty()) {
      schedule(loop);
    }
  }
}
