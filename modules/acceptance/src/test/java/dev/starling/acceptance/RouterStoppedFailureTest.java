/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * The router of a gateway's stops and goes on (SIGSTOP, SIGCONT) before it is dropped, while
 * another one took over: what had waited for it is routed by one of the two.
 */
class RouterStoppedFailureTest {
  private static final Duration STOP = Duration.ofSeconds(3);
  private static final Duration ANSWERED = Duration.ofMillis(6_500);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long RATE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  @Test
  void shouldLoseNothingRouteNothingTwiceAndKeepTheOrder() {
    try (RouterPair mesh = RouterPair.near()) {
      QisClient receiver = mesh.agent("receiver", 1, 0);
      List<NumberedEmitter> emitters =
          List.of(mesh.emitter("made", number -> false), mesh.emitter("own", number -> true));
      emitFor(Duration.ofMillis(500), emitters);
      emitters.forEach(NumberedEmitter::awaitAnswers);
      Runnable routing = emitters.getFirst()::emitAndAwait;
      NodeProcess stopped = mesh.chosen(routing);
      NodeProcess other = mesh.otherThan(stopped);
      emitFor(Duration.ofMillis(100), emitters);
      stopped.pause();
      assertThat(RouterPair.isChosen(other, () -> emitFor(STOP, emitters))).isTrue();
      stopped.resume();
      emitFor(Duration.ofSeconds(1), emitters);
      emitters.forEach(NumberedEmitter::awaitAnswers);
      // What goes to the stopped one again comes behind all that had waited for it.
      eventually(
          "the gateway has returned to the router that was stopped",
          PATIENCE,
          () -> RouterPair.isChosen(stopped, routing));
      emitters.forEach(emitter -> assertArrivedOnceInOrder(emitter.finish(), receiver));
    }
  }

  /** Emits at a rate, whether there are answers or not. */
  private static void emitFor(Duration time, List<NumberedEmitter> emitters) {
    for (long start = System.nanoTime(); System.nanoTime() - start < time.toNanos(); ) {
      emitters.forEach(NumberedEmitter::emit);
      LockSupport.parkNanos(RATE_NANOS);
    }
  }

  private static void assertArrivedOnceInOrder(NumberedEmitter emitter, QisClient receiver) {
    assertThat(emitter.answers())
        .allMatch(answer -> answer.isAckOf("receiver") || answer.isPassingError())
        .allMatch(answer -> answer.after().compareTo(ANSWERED) < 0);
    emitter.awaitArrivals("receiver", receiver);
    assertThat(emitter.arrivedAt(receiver)).doesNotHaveDuplicates().isSorted();
  }
}
