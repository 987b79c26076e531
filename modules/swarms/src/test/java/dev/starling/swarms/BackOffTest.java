/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.swarms.SwarmOptions.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackOffTest {
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(31);

  @Test
  void shouldDoubleItsWaitUpToTheMost() {
    BackOff backOff = new BackOff(Retry.defaults(), () -> 0);
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      waits.add(backOff.lost(false, SHORT).orElseThrow());
    }
    assertThat(waits).containsExactly(1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 30_000L, 30_000L);
  }

  @Test
  void shouldBeginAnewOnceAConnectionWasCalm() {
    BackOff backOff = new BackOff(Retry.defaults(), () -> 0);
    backOff.lost(false, SHORT);
    backOff.lost(false, SHORT);
    assertThat(backOff.lost(false, LONG)).hasValue(1_000);
    assertThat(backOff.lost(false, SHORT)).hasValue(2_000);
  }

  @Test
  void shouldWaitUpToHalfLess() {
    BackOff backOff = new BackOff(Retry.defaults(), () -> 0.999);
    assertThat(backOff.lost(false, SHORT).orElseThrow()).isBetween(500L, 510L);
  }

  @Test
  void shouldGiveUpAProgramThatEndsAtOnceAgainAndAgain() {
    BackOff backOff = new BackOff(Retry.defaults(), () -> 0);
    for (int i = 0; i < 4; i++) {
      assertThat(backOff.lost(true, SHORT)).isPresent();
    }
    assertThat(backOff.lost(true, SHORT)).isEmpty();
    backOff.reset();
    assertThat(backOff.lost(true, SHORT)).hasValue(1_000);
  }

  @Test
  void shouldCountOnlyFastExitsInARow() {
    BackOff backOff = new BackOff(Retry.defaults(), () -> 0);
    for (int i = 0; i < 20; i++) {
      assertThat(backOff.lost(true, i % 4 == 3 ? LONG : SHORT)).isPresent();
    }
  }
}
