/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.Crew;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads that help one other with short tasks, many times a second. They wait parked, after
 * spinning for some microseconds, since the next part of a tick often follows at once. One thread
 * calls {@link #run} and {@link #close}.
 */
final class HelperCrew implements Crew, AutoCloseable {
  /** Rounds of spinning before a thread parks: a few tens of microseconds. */
  private static final int SPINS = 2_000;

  private final Thread[] helpers;
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicInteger generation = new AtomicInteger();
  private volatile boolean isOver;
  private volatile IntConsumer task = worker -> {};
  private volatile @Nullable Throwable failure;
  private volatile @Nullable Thread caller;

  /**
   * Starts the helpers.
   *
   * @param size with the caller; 1 starts none
   */
  HelperCrew(int size, String name) {
    helpers = new Thread[size - 1];
    for (int i = 0; i < helpers.length; i++) {
      int worker = i + 1;
      helpers[i] =
          Thread.ofPlatform().daemon().name(name + "-" + worker).unstarted(() -> help(worker));
    }
    for (Thread helper : helpers) {
      helper.start();
    }
  }

  @Override
  public int size() {
    return helpers.length + 1;
  }

  @Override
  public void run(IntConsumer work) {
    task = work;
    failure = null;
    caller = Thread.currentThread();
    busy.set(helpers.length);
    generation.incrementAndGet();
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
    try {
      work.accept(0);
    } finally {
      awaitHelpers();
    }
    Throwable thrown = failure;
    if (thrown != null) {
      throw new IllegalStateException("a helper failed", thrown);
    }
  }

  private void awaitHelpers() {
    int spins = 0;
    while (busy.get() > 0) {
      if (++spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
      }
    }
  }

  private void help(int worker) {
    int seen = 0;
    while (awaitWork(seen)) {
      seen = generation.get();
      try {
        task.accept(worker);
      } catch (RuntimeException | Error e) {
        failure = e;
      } finally {
        if (busy.decrementAndGet() == 0) {
          LockSupport.unpark(caller);
        }
      }
    }
  }

  private boolean awaitWork(int seen) {
    int spins = 0;
    while (generation.get() == seen && !isOver) {
      if (++spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
      }
    }
    return !isOver;
  }

  /** Ends the helpers. */
  @Override
  public void close() {
    isOver = true;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
  }
}
