/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.RouterMessage.Routed;
import dev.starling.protocol.mesh.RouterMessage.Seen;
import dev.starling.protocol.mesh.RouterMessage.Status;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SightingBookTest {
  private static final Duration WINDOW = Duration.ofMinutes(2);
  private static final int MOST = 100;

  private long nanos = 17;
  private final AtomicInteger forgottenEarly = new AtomicInteger();
  private final SightingBook book =
      new SightingBook(WINDOW, MOST, () -> nanos, forgottenEarly::incrementAndGet);

  private void assertFirst(Future<Seen> seen) {
    assertThat(seen.succeeded()).isTrue();
    assertThat(seen.result().before()).isNull();
  }

  private static void assertSeen(Future<Seen> seen, String... to) {
    assertThat(seen.succeeded()).isTrue();
    assertThat(seen.result().before())
        .isEqualTo(new Routed(Status.DUPLICATE, "o", List.of(to), false));
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  @Test
  void aSecondSightingHearsWhatBecameOfTheFirst() {
    assertFirst(book.see("a", "o"));
    book.settle("a", "o", Samples.routed("o", "x", "y"));
    assertSeen(book.see("a", "o"), "x", "y");
    assertFirst(book.see("b", "o"));
    assertFirst(book.see("a", "p"));
  }

  @Test
  void aSecondSightingWaitsUntilTheFirstIsSettled() {
    book.see("a", "o");
    Future<Seen> second = book.see("a", "o");
    assertThat(second.isComplete()).isFalse();
    book.settle("a", "o", Samples.routed("o", "x"));
    assertSeen(second, "x");
  }

  @Test
  void theFirstSettlementStands() {
    book.see("a", "o");
    book.settle("a", "o", Samples.routed("o", "x"));
    book.settle("a", "o", Samples.routed("o", "y"));
    assertSeen(book.see("a", "o"), "x");
  }

  @Test
  void anUnderstudyLearnsOfOutcomesItNeverSaw() {
    book.settle("a", "o", Samples.routed("o", "x"));
    assertSeen(book.see("a", "o"), "x");
  }

  @Test
  void whatWasNotRoutedAfterAllMayComeAgain() {
    book.see("a", "o");
    Future<Seen> second = book.see("a", "o");
    RefusalException why = RefusalException.unavailable("router", "no");
    book.retract("a", "o", why);
    assertThat(second.cause()).isSameAs(why);
    assertFirst(book.see("a", "o"));
  }

  @Test
  void whatWasRoutedIsNotRetracted() {
    book.see("a", "o");
    book.settle("a", "o", Samples.routed("o", "x"));
    book.retract("a", "o", RefusalException.unavailable("router", "no"));
    assertSeen(book.see("a", "o"), "x");
  }

  @Test
  void anOutcomeIsForgottenAfterTheWindow() {
    book.see("a", "o");
    book.settle("a", "o", Samples.routed("o", "x"));
    pass(WINDOW.minusSeconds(1));
    assertSeen(book.see("a", "o"), "x");
    pass(Duration.ofSeconds(2));
    assertFirst(book.see("a", "o"));
    assertThat(forgottenEarly).hasValue(0);
  }

  @Test
  void anOutcomeThatWasNeverSettledMayComeAgainAfterFiveSeconds() {
    assertFirst(book.see("a", "o"));
    pass(Duration.ofMillis(4_999));
    assertThat(book.see("a", "o").isComplete()).isFalse();
    pass(Duration.ofMillis(2));
    assertFirst(book.see("a", "o"));
    assertThat(book.see("a", "o").isComplete()).isFalse();
  }

  @Test
  void theBookIsBoundedAndTellsWhatItForgetsEarly() {
    for (int i = 0; i < 10 * MOST; i++) {
      book.see("a", "o-" + i);
      nanos += TimeUnit.MILLISECONDS.toNanos(1);
    }
    assertThat(book.size()).isLessThanOrEqualTo(MOST);
    assertThat(forgottenEarly).hasValue(9 * MOST);
  }
}
