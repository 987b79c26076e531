/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.synthesis;

import java.time.Duration;

/**
 * What is run.
 *
 * @param agents of all nine kinds in turn
 * @param rate outcomes a second that clients emit, of all of them
 * @param warm of load before anything counts
 * @param time of load that counts, three windows at least
 * @param window of which that is made
 */
record SynthesisPlan(int agents, int rate, Duration warm, Duration time, Duration window) {
  SynthesisPlan {
    if (agents < 1 || rate < 1 || !window.isPositive()) {
      throw new IllegalArgumentException("agents, rate and window are above 0");
    }
    if (time.dividedBy(window) < 3) {
      throw new IllegalArgumentException("the time is of three windows at least");
    }
  }

  /** How many windows count. */
  int windows() {
    return (int) time.dividedBy(window);
  }
}
