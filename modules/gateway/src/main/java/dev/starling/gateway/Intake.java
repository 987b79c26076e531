/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.socket.Socket;

/**
 * When a session reads on: not while something that all later messages wait for is under way, nor
 * while too many messages are unanswered. One session's loop only.
 */
final class Intake {
  private final Socket socket;
  private final ReplyQueue replies;
  private final int most;
  private int held;
  private int pending;
  private boolean paused;

  /**
   * The intake of {@code socket}.
   *
   * @param replies what waits to be answered in order
   * @param most messages that may be unanswered at a time
   */
  Intake(Socket socket, ReplyQueue replies, int most) {
    this.socket = socket;
    this.replies = replies;
    this.most = most;
  }

  /** What comes from now on waits. */
  void hold() {
    held++;
    flow();
  }

  /** The end of what {@link #hold} began. */
  void release() {
    held--;
    flow();
  }

  /** Whether something is under way that all later messages wait for. */
  boolean isHeld() {
    return held > 0;
  }

  /** A message is under way that is answered out of order, or not at all. */
  void begin() {
    pending++;
    flow();
  }

  /** The end of what {@link #begin} began. */
  void end() {
    pending--;
    flow();
  }

  /** Looks anew at what waits. */
  void flow() {
    boolean wait = held > 0 || replies.size() + pending >= most;
    if (wait && !paused) {
      paused = true;
      socket.pause();
    } else if (!wait && paused && !socket.isClosed()) {
      paused = false;
      socket.resume();
    }
  }
}
