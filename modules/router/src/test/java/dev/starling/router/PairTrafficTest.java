/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.RouterMessage.Pair;
import dev.starling.protocol.mesh.RouterMessage.PairCount;
import dev.starling.protocol.mesh.RouterMessage.Traffic;
import dev.starling.protocol.mesh.RouterMessage.TrafficQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairTrafficTest {
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger dropped = new AtomicInteger();
  private final PairTraffic traffic = new PairTraffic(nanos::get, dropped::incrementAndGet);
  private final Map<Pair, Long> told = new HashMap<>();
  private final List<Pair> order = new ArrayList<>();
  private long sequence;

  private Traffic ask(String asker, long term, long known) {
    nanos.addAndGet(PAUSE.toNanos());
    return traffic.answer(new TrafficQuery(asker, term, known));
  }

  /** Asks and takes the answer, as an asker does. */
  private Traffic ask() {
    Traffic answer = ask("a", 1, sequence);
    take(answer);
    return answer;
  }

  private void take(Traffic answer) {
    if (answer.sequence() == sequence + 1) {
      sequence++;
      answer.counts().forEach(one -> told.merge(one.pair(), one.outcomes(), Long::sum));
      answer.counts().forEach(one -> order.add(one.pair()));
    } else {
      assertThat(answer.counts()).isEmpty();
    }
  }

  /** As the router does: where nobody asks, nothing is counted. */
  private void pass(String source, String receiver) {
    if (traffic.isWatched()) {
      traffic.passed(source, receiver);
    }
  }

  private void wait(Duration time) {
    nanos.addAndGet(time.toNanos());
    traffic.tick();
  }

  @Test
  void outcomesAreCountedByPairInEitherDirectionFromTheFirstQuestionOn() {
    pass("x", "y");
    assertThat(ask().counts()).isEmpty();
    pass("x", "y");
    pass("y", "x");
    pass("z", "x");
    assertThat(ask().counts())
        .containsExactlyInAnyOrder(
            new PairCount(new Pair("x", "y"), 2), new PairCount(new Pair("x", "z"), 1));
    assertThat(ask().counts()).isEmpty();
    assertThat(sequence).isEqualTo(1);
  }

  @Test
  void anAnswerThatWasLostIsToldAgainAndWhatPassedMeanwhileAfterIt() {
    ask();
    pass("x", "y");
    Traffic lost = ask("a", 1, sequence);
    pass("x", "y");
    pass("x", "z");
    assertThat(ask("a", 1, sequence)).isEqualTo(new Traffic(1, true, lost.counts()));
    ask();
    ask();
    assertThat(told).isEqualTo(Map.of(new Pair("x", "y"), 2L, new Pair("x", "z"), 1L));
  }

  @Test
  void itCountsForThreeSecondsAfterTheLastQuestion() {
    ask();
    pass("x", "y");
    wait(Duration.ofMillis(2_900));
    assertThat(traffic.isWatched()).isTrue();
    wait(Duration.ofMillis(200));
    assertThat(traffic.isWatched()).isFalse();
    pass("x", "y");
    assertThat(ask().counts()).isEmpty();
    assertThat(ask().counts()).isEmpty();
  }

  @Test
  void whoAsksMoreThanTenTimesASecondHearsNothingNewInBetween() {
    ask();
    pass("x", "y");
    nanos.addAndGet(PAUSE.toNanos() - 1);
    assertThat(traffic.answer(new TrafficQuery("a", 1, 0)))
        .isEqualTo(new Traffic(0, true, List.of()));
  }

  @Test
  void moreThanFitInOneAnswerComeWithTheNext() {
    ask();
    int pairs = PairTraffic.MOST_PER_ANSWER + 5;
    for (int i = 0; i < pairs; i++) {
      pass("x", "y" + i);
    }
    Traffic first = ask();
    assertThat(first.counts()).hasSize(PairTraffic.MOST_PER_ANSWER);
    assertThat(first.more()).isTrue();
    Traffic second = ask();
    assertThat(second.counts()).hasSize(5);
    assertThat(second.more()).isFalse();
    assertThat(told).hasSize(pairs);
  }

  @Test
  void whatWasCountedFirstIsToldFirstHoweverMuchComesAfterIt() {
    ask();
    List<Pair> passed = new ArrayList<>();
    for (int second = 0; second < 8; second++) {
      for (int i = 0; i < PairTraffic.MOST_PER_ANSWER + 1_000; i++) {
        pass("x", "y" + passed.size());
        passed.add(Pair.of("x", "y" + passed.size()));
      }
      ask();
    }
    while (ask().more()) {
      assertThat(told.size()).isLessThan(passed.size());
    }
    assertThat(order).isEqualTo(passed);
    assertThat(dropped).hasValue(0);
  }

  @Test
  void pairsBeyondTheBoundAreCountedAsDroppedAndKnownOnesGoOn() {
    ask();
    for (int i = 0; i < PairTraffic.MOST_PAIRS; i++) {
      pass("x", "y" + i);
    }
    assertThat(dropped).hasValue(0);
    pass("x", "z");
    pass("x", "z");
    pass("y0", "x");
    assertThat(dropped).hasValue(2);
    while (ask().more()) {
      assertThat(told.size()).isLessThan(PairTraffic.MOST_PAIRS);
    }
    assertThat(told).hasSize(PairTraffic.MOST_PAIRS).containsEntry(new Pair("x", "y0"), 2L);
  }

  @Test
  void anAskerOfALaterTermBeginsAnewAndTheEarlierOneIsRefused() {
    ask();
    pass("x", "y");
    assertThat(ask("b", 2, 7)).isEqualTo(new Traffic(7, false, List.of()));
    pass("x", "z");
    assertThatThrownBy(() -> ask("a", 1, sequence))
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    assertThat(ask("b", 2, 7).counts()).containsExactly(new PairCount(new Pair("x", "z"), 1));

    wait(Duration.ofSeconds(4));
    assertThat(ask("a", 1, sequence).counts()).as("the later one asks no more").isEmpty();
  }

  @Test
  void whoLostWhatItWasToldBeginsAnew() {
    ask();
    pass("x", "y");
    ask();
    ask();
    pass("x", "y");
    assertThat(ask("a", 1, 0)).isEqualTo(new Traffic(0, false, List.of()));
    pass("x", "z");
    assertThat(ask("a", 1, 0).counts()).containsExactly(new PairCount(new Pair("x", "z"), 1));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whateverAnswersAreLostEachOutcomeIsToldExactlyOnce(long seed) {
    Random random = new Random(seed);
    Map<Pair, Long> passed = new HashMap<>();
    ask();
    for (int step = 0; step < 20_000; step++) {
      if (random.nextInt(50) == 0) {
        Traffic answer = ask("a", 1, sequence);
        if (random.nextInt(3) > 0) {
          take(answer);
        }
      }
      String source = "agent-" + random.nextInt(40);
      String receiver = "agent-" + (40 + random.nextInt(40));
      pass(source, receiver);
      passed.merge(Pair.of(source, receiver), 1L, Long::sum);
    }
    ask();
    ask();
    assertThat(told).isEqualTo(passed);
  }
}
