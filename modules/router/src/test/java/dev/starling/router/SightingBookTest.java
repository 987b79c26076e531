/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.RouterMessage.Seen;
import dev.starling.protocol.mesh.RouterMessage.Sighting;
import dev.starling.protocol.mesh.RouterMessage.Status;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SightingBookTest {
  private static final Duration WINDOW = Duration.ofMinutes(2);
  private static final int MOST = 100;
  private static final Seen FIRST = new Seen(null, false);
  private static final Seen PENDING = new Seen(null, true);

  private long nanos = 17;
  private final AtomicInteger forgottenEarly = new AtomicInteger();
  private final Set<String> routers = new HashSet<>(List.of("r1", "r2"));
  private final SightingBook book =
      new SightingBook(
          WINDOW, MOST, () -> nanos, routers::contains, forgottenEarly::incrementAndGet);

  private Seen see(String source, String id) {
    return see(source, id, "r1");
  }

  private Seen see(String source, String id, String router) {
    return book.see(new Sighting(source, id, router));
  }

  private static Seen duplicate(String... to) {
    return new Seen(new Routed(Status.DUPLICATE, "o", List.of(to), false), false);
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  @Test
  void aSecondSightingHearsWhatBecameOfTheFirst() {
    assertThat(see("a", "o")).isEqualTo(FIRST);
    book.settle("a", "o", Samples.routed("o", "x", "y"));
    assertThat(see("a", "o")).isEqualTo(duplicate("x", "y"));
    assertThat(see("b", "o")).isEqualTo(FIRST);
    assertThat(see("a", "p")).isEqualTo(FIRST);
  }

  @Test
  void aSecondSightingIsPendingUntilTheFirstIsSettled() {
    see("a", "o");
    assertThat(see("a", "o", "r2")).isEqualTo(PENDING);
    book.settle("a", "o", Samples.routed("o", "x"));
    assertThat(see("a", "o")).isEqualTo(duplicate("x"));
  }

  @Test
  void theFirstSettlementStands() {
    see("a", "o");
    book.settle("a", "o", Samples.routed("o", "x"));
    book.settle("a", "o", Samples.routed("o", "y"));
    assertThat(see("a", "o")).isEqualTo(duplicate("x"));
  }

  @Test
  void anUnderstudyLearnsOfOutcomesItNeverSaw() {
    book.settle("a", "o", Samples.routed("o", "x"));
    assertThat(see("a", "o")).isEqualTo(duplicate("x"));
  }

  @Test
  void whatWasNotRoutedAfterAllMayComeAgain() {
    see("a", "o");
    book.retract("a", "o", "r1");
    assertThat(see("a", "o")).isEqualTo(FIRST);
  }

  @Test
  void oneRouterDoesNotRetractWhatAnotherHasUnderWay() {
    see("a", "o");
    routers.remove("r1");
    assertThat(see("a", "o", "r2")).isEqualTo(FIRST);
    book.retract("a", "o", "r1");
    assertThat(see("a", "o", "r3")).isEqualTo(PENDING);
    book.retract("a", "o", "r2");
    assertThat(see("a", "o", "r3")).isEqualTo(FIRST);
  }

  @Test
  void whatWasRoutedIsNotRetracted() {
    see("a", "o");
    book.settle("a", "o", Samples.routed("o", "x"));
    book.retract("a", "o", "r1");
    assertThat(see("a", "o")).isEqualTo(duplicate("x"));
  }

  @Test
  void anOutcomeIsForgottenAfterTheWindow() {
    see("a", "o");
    book.settle("a", "o", Samples.routed("o", "x"));
    pass(WINDOW.minusSeconds(1));
    assertThat(see("a", "o")).isEqualTo(duplicate("x"));
    pass(Duration.ofSeconds(2));
    assertThat(see("a", "o")).isEqualTo(FIRST);
    assertThat(forgottenEarly).hasValue(0);
  }

  @Test
  void anOutcomeThatWasNeverSettledMayComeAgainAfterFiveSeconds() {
    assertThat(see("a", "o")).isEqualTo(FIRST);
    pass(Duration.ofMillis(4_999));
    assertThat(see("a", "o", "r2")).isEqualTo(PENDING);
    pass(Duration.ofMillis(2));
    assertThat(see("a", "o", "r2")).isEqualTo(FIRST);
    assertThat(see("a", "o", "r1")).isEqualTo(PENDING);
  }

  @Test
  void anOutcomeWhoseRouterDiedBeforeSettlingItMayComeAgainAtOnce() {
    see("a", "o");
    routers.remove("r1");
    assertThat(see("a", "o", "r2")).isEqualTo(FIRST);
    routers.add("r1");
    assertThat(see("a", "o", "r1")).isEqualTo(PENDING);
  }

  @Test
  void aRouterThatAsksAgainHasEndedItsEarlierTry() {
    see("a", "o", "r1");
    assertThat(see("a", "o", "r1")).isEqualTo(FIRST);
    assertThat(see("a", "o", "r2")).isEqualTo(PENDING);
    book.settle("a", "o", Samples.routed("o", "x"));
    assertThat(see("a", "o", "r1")).isEqualTo(duplicate("x"));
  }

  @Test
  void theBookIsBoundedAndTellsWhatItForgetsEarly() {
    for (int i = 0; i < 10 * MOST; i++) {
      see("a", "o-" + i);
      nanos += TimeUnit.MILLISECONDS.toNanos(1);
    }
    assertThat(forgottenEarly).hasValue(9 * MOST);
  }

  @Test
  void longListsOfMatchesCountForSeveral() {
    String[] many = IntStream.range(0, 1_000).mapToObj(i -> "agent-" + i).toArray(String[]::new);
    see("a", "small");
    see("a", "large");
    book.settle("a", "large", Samples.routed("large", many));
    assertThat(forgottenEarly.get()).isPositive();
  }
}
