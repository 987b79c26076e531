/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockRateTest {
  private final BlockRate rate = new BlockRate();
  private final Random random = new Random(3);
  private long now = 1;

  /** Blocks that come so many a second, each up to 3 ms early or late. */
  private void blocks(int count, double perSecond) {
    for (int i = 0; i < count; i++) {
      now += (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
      rate.arrived(now + random.nextLong(-3_000_000, 3_000_000));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "60,60,1", "60,59,1", "60,50,2", "60,30,2", "60,29,2", "60,25,3", "60,20,3", "60,10,6",
    "60,1,60", "30,60,1", "30,30,1", "30,15,2", "30,7,5", "20,60,1", "20,1,20", "5,60,1",
    "5,5,1", "45,20,3", "90,60,2"
  })
  void aClientIsServedByEveryBlockOrByEverySoMany(int blocks, int fps, int divisor) {
    for (int i = 0; i < 100; i++) {
      blocks(20, blocks);
      assertThat(rate.divisor(fps, 60)).isEqualTo(divisor);
    }
  }

  @Test
  void untilItIsMeasuredTheRateIsTheOneThatWasAskedFor() {
    blocks(15, 20);
    assertThat(rate.divisor(10, 60)).isEqualTo(6);
    blocks(1, 20);
    assertThat(rate.divisor(10, 60)).isEqualTo(2);
  }

  @Test
  void aRateThatChangesIsMeasuredAnewWithinAFewBlocks() {
    blocks(100, 60);
    blocks(16, 30);
    assertThat(rate.divisor(15, 60)).isEqualTo(2);
  }

  @Test
  void afterARestNothingOfTheFormerRateIsLeft() {
    blocks(100, 20);
    now += TimeUnit.SECONDS.toNanos(10);
    blocks(2, 20);
    assertThat(rate.divisor(10, 60)).isEqualTo(6);
  }
}
