/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import dev.starling.swarms.SwarmOptions.Retry;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;

/**
 * When a lost server is tried again: after a wait that doubles, less a random part of up to half of
 * it, so that the followers of one server do not all come at once. For one thread.
 */
final class BackOff {
  private final Retry retry;
  private final DoubleSupplier random;
  private Duration next;
  private int fastExits;

  /**
   * A back-off that has seen no loss.
   *
   * @param random 0 to 1, less than 1
   */
  BackOff(Retry retry, DoubleSupplier random) {
    this.retry = retry;
    this.random = random;
    this.next = retry.first();
  }

  /**
   * A connection was lost.
   *
   * @param isProcess whether the server is a program that this node starts: only those are given
   *     up, since another one may be away for long and come back
   * @param lived from its beginning to its loss
   * @return the wait in ms; empty where the server is given up
   */
  OptionalLong lost(boolean isProcess, Duration lived) {
    boolean isFast = isProcess && lived.compareTo(retry.fastExit()) < 0;
    fastExits = isFast ? fastExits + 1 : 0;
    if (fastExits >= retry.mostFastExits()) {
      return OptionalLong.empty();
    }
    if (lived.compareTo(retry.calm()) >= 0) {
      next = retry.first();
    }
    long wait = next.toMillis();
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(retry.most()) > 0 ? retry.most() : doubled;
    return OptionalLong.of(Math.max(1, wait - (long) (random.getAsDouble() * wait / 2)));
  }

  /** Forgets all losses, for a server that somebody wants tried again. */
  void reset() {
    next = retry.first();
    fastExits = 0;
  }
}
