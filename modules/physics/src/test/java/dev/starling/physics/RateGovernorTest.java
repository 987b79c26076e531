/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateGovernorTest {
  private static final long MILLI = 1_000_000L;

  private final RateGovernor governor = new RateGovernor(60);

  private int bodies = 10_000;

  private void ticksOf(double millis, int count) {
    for (int i = 0; i < count; i++) {
      governor.took((long) (millis * MILLI), bodies);
    }
  }

  @Test
  void ticksThatFitKeepTheFullRate() {
    ticksOf(11, 600);
    assertThat(governor.rate()).isEqualTo(60);
    assertThat(governor.isLowered()).isFalse();
  }

  @Test
  void ticksThatTakeTooLongLowerTheRateUntilTheyFit() {
    ticksOf(20, 600);
    assertThat(governor.rate()).isEqualTo(30);
    assertThat(governor.isLowered()).isTrue();
  }

  @Test
  void theRateComesBackWhenTicksAreShortAgain() {
    ticksOf(20, 600);
    ticksOf(2, 600);
    assertThat(governor.rate()).isEqualTo(60);
  }

  @Test
  void theRateOfALargeGraphIsNotThatOfTheSmallOneInItsPlace() {
    ticksOf(200, 600);
    assertThat(governor.rate()).isEqualTo(5);
    bodies = 1_000;
    ticksOf(2, 15);
    assertThat(governor.rate()).isEqualTo(60);
  }

  @Test
  void theRateDoesNotComeBackWhereItWouldBeLoweredAgain() {
    ticksOf(20, 600);
    ticksOf(10, 600);
    assertThat(governor.rate()).isEqualTo(30);
  }

  @Test
  void nothingIsSlowerThanFiveTicksASecond() {
    ticksOf(10_000, 10_000);
    assertThat(governor.rate()).isEqualTo(5);
  }

  @Test
  void aSingleLongTickLowersNothing() {
    ticksOf(1, 100);
    ticksOf(500, 1);
    ticksOf(1, 100);
    assertThat(governor.rate()).isEqualTo(60);
  }
}
