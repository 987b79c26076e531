/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Frames of one socket that came while its messages must wait: a few, and the close that came
 * behind them, after which nothing comes. The channel's event loop only.
 */
final class ReadAhead {
  /** Frames, and bytes in them, from which on no more are read. */
  private static final int MOST = 16;

  private static final int ENOUGH = 64 * 1024;

  private final Deque<Frame> frames = new ArrayDeque<>(MOST);
  private int bytes;
  private boolean ended;

  void add(Frame frame) {
    frames.add(frame);
    bytes += frame.payload().length;
    ended = frame.type() == FrameType.CLOSE;
  }

  /** The frame that came first; there must be one. */
  Frame first() {
    return frames.element();
  }

  void removeFirst() {
    bytes -= frames.remove().payload().length;
  }

  /** Bytes beyond those that every socket may have read ahead. */
  int excess() {
    return Math.max(0, bytes - ENOUGH);
  }

  boolean isEmpty() {
    return frames.isEmpty();
  }

  /** Whether nothing more is to be read until some of it was taken. */
  boolean isFull() {
    return ended || frames.size() >= MOST || bytes >= ENOUGH;
  }
}
