/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
      assertThat(recent.isFirst(digest, "a", 0)).isTrue();
    }
    for (long digest : digests) {
      assertThat(recent.isFirst(digest, "a", 1)).isFalse();
    }
  }

  @Test
  void knowsZeroToo() {
    assertThat(recent.isFirst(0, "a", 0)).isTrue();
    assertThat(recent.isFirst(0, "a", 0)).isFalse();
  }

  @Test
  void tellsDigestsApartThatShareTheirLowBits() {
    for (long high = 1; high <= 600; high++) {
      assertThat(recent.isFirst(high << 32, "a", 0)).isTrue();
    }
    assertThat(recent.isFirst(600L << 32, "a", 0)).isFalse();
    assertThat(recent.isFirst(601L << 32, "a", 0)).isTrue();
  }

  @Test
  void knowsWhoOfManyHadAnOutcome() {
    for (int agent = 0; agent < 5_000; agent++) {
      assertThat(recent.isFirst(7, "agent-" + agent, 0)).isTrue();
    }
    for (int agent = 0; agent < 5_000; agent++) {
      assertThat(recent.isFirst(7, "agent-" + agent, 0)).isFalse();
      assertThat(recent.isFirst(8, "agent-" + agent, 0)).isTrue();
    }
  }

  @Test
  void tellsNeighbouringDigestsOfNeighbouringNamesApart() {
    for (long digest = 0; digest < 64; digest++) {
      for (char name = 'a'; name <= 'z'; name++) {
        assertThat(recent.isFirst(digest, String.valueOf(name), 0)).isTrue();
      }
    }
  }

  /** As many of one {@link String#hashCode} as somebody would choose who knew that it was used. */
  @Test
  void tellsAgentsApartWhoseNamesHaveTheSameHashCode() {
    for (int bits = 0; bits < 1 << 10; bits++) {
      StringBuilder name = new StringBuilder();
      for (int bit = 0; bit < 10; bit++) {
        name.append((bits >> bit & 1) == 0 ? "Aa" : "BB");
      }
      assertThat(recent.isFirst(7, name.toString(), 0)).isTrue();
    }
  }

  @Test
  void tellsAgentsApartWhoseNamesDifferInWhatIsNotSeen() {
    for (String name : List.of("", "\0", "\0\0", "abc", "\0abc", "abcd", "abcd\0", "abce\0")) {
      assertThat(recent.isFirst(7, name, 0)).isTrue();
      assertThat(recent.isFirst(7, name, 0)).isFalse();
    }
  }

  @Test
  void remembersForOneSpanAtLeastAndForTwoAtMost() {
    recent.isFirst(1, "a", 0);
    recent.isFirst(7, "a", SPAN - 1);
    recent.isFirst(2, "a", SPAN);
    assertThat(recent.isFirst(7, "a", 2 * SPAN - 2)).isFalse();
    assertThat(recent.isFirst(1, "a", 2 * SPAN)).isTrue();
  }

  @Test
  void forgetsEverythingAfterALongSilence() {
    recent.isFirst(1, "a", 0);
    assertThat(recent.isFirst(1, "a", 100 * SPAN)).isTrue();
  }

  @Test
  void remembersTheLatestWhereMoreComeThanItHolds() {
    long[] digests = random.longs(3L * RecentOutcomes.MOST).distinct().toArray();
    for (long digest : digests) {
      recent.isFirst(digest, "a", 0);
    }
    for (int i = digests.length - RecentOutcomes.MOST; i < digests.length; i++) {
      assertThat(recent.isFirst(digests[i], "a", 0)).isFalse();
    }
    assertThat(recent.isFirst(digests[0], "a", 0)).isTrue();
  }
}
