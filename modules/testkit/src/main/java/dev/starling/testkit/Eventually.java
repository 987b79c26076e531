/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions, with a deadline, rather than for time to pass. */
public final class Eventually {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private Eventually() {}

  /**
   * Waits until {@code condition} holds.
   *
   * @return how long it took
   * @throws AssertionError naming {@code what} if it does not within {@code patience}
   */
  public static Duration eventually(String what, Duration patience, Callable<Boolean> condition) {
    long start = System.nanoTime();
    Throwable last = null;
    while (System.nanoTime() - start < patience.toNanos()) {
      try {
        if (condition.call()) {
          return Duration.ofNanos(System.nanoTime() - start);
        }
        last = null;
      } catch (Exception | AssertionError e) {
        last = e;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    throw new AssertionError("not within " + patience + ": " + what, last);
  }
}
