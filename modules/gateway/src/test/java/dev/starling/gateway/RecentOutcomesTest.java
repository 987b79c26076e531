/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class RecentOutcomesTest {
  private static final long SPAN = RecentOutcomes.SPAN_NANOS;

  private final RecentOutcomes recent = new RecentOutcomes(0);
  private final RandomGenerator random =
      RandomGeneratorFactory.of("L64X128MixRandom").create(20261121);

  @Test
  void knowsWhatCameBeforeAndNothingElse() {
    long[] digests = random.longs(10_000).distinct().toArray();
    for (long digest : digests) {
      assertThat(recent.isFirst(digest, 0)).isTrue();
    }
    for (long digest : digests) {
      assertThat(recent.isFirst(digest, 1)).isFalse();
    }
  }

  @Test
  void knowsZeroToo() {
    assertThat(recent.isFirst(0, 0)).isTrue();
    assertThat(recent.isFirst(0, 0)).isFalse();
  }

  @Test
  void tellsDigestsApartThatShareTheirLowBits() {
    for (long high = 1; high <= 600; high++) {
      assertThat(recent.isFirst(high << 32, 0)).isTrue();
    }
    assertThat(recent.isFirst(600L << 32, 0)).isFalse();
    assertThat(recent.isFirst(601L << 32, 0)).isTrue();
  }

  @Test
  void remembersForOneSpanAtLeastAndForTwoAtMost() {
    recent.isFirst(1, 0);
    recent.isFirst(7, SPAN - 1);
    recent.isFirst(2, SPAN);
    assertThat(recent.isFirst(7, 2 * SPAN - 2)).isFalse();
    assertThat(recent.isFirst(1, 2 * SPAN)).isTrue();
  }

  @Test
  void forgetsEverythingAfterALongSilence() {
    recent.isFirst(1, 0);
    assertThat(recent.isFirst(1, 100 * SPAN)).isTrue();
  }

  @Test
  void remembersTheLatestWhereMoreComeThanItHolds() {
    long[] digests = random.longs(3L * RecentOutcomes.MOST).distinct().toArray();
    for (long digest : digests) {
      recent.isFirst(digest, 0);
    }
    for (int i = digests.length - RecentOutcomes.MOST; i < digests.length; i++) {
      assertThat(recent.isFirst(digests[i], 0)).isFalse();
    }
    assertThat(recent.isFirst(digests[0], 0)).isTrue();
  }
}
