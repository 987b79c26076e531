/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.time.Duration;

/**
 * When outcomes are emitted.
 *
 * @param rate outcomes per second over all agents, at scheduled instants; 0 for a closed loop
 * @param window closed loop: outcomes of one agent that may be unacknowledged at a time
 * @param warmup time before anything is measured
 * @param duration time that is measured
 * @param drain longest wait for what is still on its way afterwards
 */
public record Pace(double rate, int window, Duration warmup, Duration duration, Duration drain) {

  /** Checks the ranges. */
  public Pace {
    if (rate < 0 || window < 1 || duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException("rate >= 0, window >= 1 and duration > 0 are needed");
    }
  }

  /** The same with another rate; 0 for a closed loop. */
  Pace atRate(double perSecond) {
    return new Pace(perSecond, window, warmup, duration, drain);
  }

  /** The same for another time. */
  Pace lasting(Duration warm, Duration measured) {
    return new Pace(rate, window, warm, measured, drain);
  }

  /** Whether the next outcome waits for an acknowledgement instead of an instant. */
  boolean closedLoop() {
    return rate == 0;
  }
}
