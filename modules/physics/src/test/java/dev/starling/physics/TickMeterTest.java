/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TickMeterTest {
  private static final long MILLI = 1_000_000L;

  private final TickMeter meter = new TickMeter();

  private long tick(long from, long millisApart, int count) {
    long now = from;
    for (int i = 0; i < count; i++) {
      meter.ticked(now);
      now += millisApart * MILLI;
    }
    return now;
  }

  @Test
  void afterFewTicksNothingIsKnown() {
    assertThat(meter.perSecond()).isNaN();
    tick(-5, 10, 4);
    assertThat(meter.perSecond()).isNaN();
  }

  @Test
  void theRateIsThatOfTheLastSecond() {
    long now = tick(0, 100, 50);
    assertThat(meter.perSecond()).isCloseTo(10, within(0.01));
    tick(now, 20, 51);
    assertThat(meter.perSecond()).isCloseTo(50, within(0.01));
  }

  @Test
  void aRestDoesNotCount() {
    long now = tick(0, 10, 200);
    tick(now + 60_000 * MILLI, 20, 10);
    assertThat(meter.perSecond()).isCloseTo(50, within(0.01));
  }
}
