/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

import dev.starling.protocol.frame.LayoutBlock;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What waits for the thread that encodes frames: of blocks the latest. Thread-safe. */
final class FrameWork {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition isThere = lock.newCondition();
  private @Nullable LayoutBlock block;
  private Runnable taken = FrameWork::nothing;
  private Set<Integer> changed = new HashSet<>();
  private boolean woken;
  private boolean closed;

  /**
   * What is to be done.
   *
   * @param block that has come; null for none
   * @param taken to be run when it was handed on
   * @param changed slots whose paths are others now
   * @param isTimed whether nothing came in the time that was waited
   */
  record Task(@Nullable LayoutBlock block, Runnable taken, Set<Integer> changed, boolean isTimed) {}

  private static void nothing() {
    // Of no block.
  }

  /** A block came; the one that waits makes room, and counts as taken. */
  boolean block(LayoutBlock next, Runnable nextTaken) {
    Runnable before;
    boolean isFirst;
    lock.lock();
    try {
      isFirst = block == null;
      before = taken;
      block = next;
      taken = nextTaken;
      isThere.signal();
    } finally {
      lock.unlock();
    }
    before.run();
    return isFirst;
  }

  /** Somebody wants a frame at once, or somebody new watches. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      isThere.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The paths from a slot have changed. */
  void changed(int source) {
    lock.lock();
    try {
      changed.add(source);
      isThere.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Lets the thread end. */
  void close() {
    lock.lock();
    try {
      closed = true;
      isThere.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for work.
   *
   * @param nanos after which there is some by itself
   * @return null once it is closed
   */
  @Nullable Task take(long nanos) throws InterruptedException {
    long left = nanos;
    lock.lock();
    try {
      while (block == null && !woken && changed.isEmpty() && !closed && left > 0) {
        left = isThere.awaitNanos(left);
      }
      boolean isTimed = block == null && !woken && changed.isEmpty();
      Task task = new Task(block, taken, changed, isTimed);
      block = null;
      taken = FrameWork::nothing;
      changed = new HashSet<>();
      woken = false;
      return closed ? ended(task) : task;
    } finally {
      lock.unlock();
    }
  }

  private static @Nullable Task ended(Task last) {
    last.taken().run();
    return null;
  }
}
