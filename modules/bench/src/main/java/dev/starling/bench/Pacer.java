/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.nio.channels.Selector;
import java.util.concurrent.locks.LockSupport;

/**
 * Wakes the generator shortly before each scheduled instant of an open loop, since a selector alone
 * wakes on whole milliseconds and polling would take a core from the server under test.
 */
final class Pacer implements AutoCloseable {
  /** How much too early, ns: the generator polls for that long. */
  static final long EARLY = 80_000;

  private final Thread thread;
  private volatile boolean closed;

  /** Wakes {@code selector} before {@code start}, {@code start + interval}, …; ns. */
  Pacer(Selector selector, long start, double interval) {
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("bench-pacer")
            .unstarted(() -> run(selector, start, interval));
    thread.start();
  }

  private void run(Selector selector, long start, double interval) {
    for (long tick = 0; !closed; tick++) {
      long wake = start + (long) (tick * interval) - EARLY;
      long wait = wake - System.nanoTime();
      while (wait > 0 && !closed) {
        LockSupport.parkNanos(this, wait);
        wait = wake - System.nanoTime();
      }
      selector.wakeup();
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
