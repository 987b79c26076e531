/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits that end. */
public final class Waiting {
  private static final Duration STEP = Duration.ofMillis(10);

  private Waiting() {}

  /**
   * Asks again and again until {@code condition} holds; false where it did not within {@code
   * limit}.
   */
  public static boolean until(BooleanSupplier condition, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() >= end) {
        return false;
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
    return true;
  }

  /** Lets time pass. */
  public static void pass(Duration time) {
    boolean _ = until(() -> false, time);
  }
}
