/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.RefusalException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Function;

/**
 * Asks the same question again while the leader of a role changes or does not answer. Only for
 * questions that do no harm when they are heard twice. Safe from any thread; answers come on the
 * caller's context.
 */
public final class AskAgain {
  private static final long PAUSE_MILLIS = 250;
  private static final long MOST_PAUSE_MILLIS = 2_000;

  private final Mesh mesh;
  private final String role;
  private final Duration mostOfOne;
  private final long untilNanos;

  private AskAgain(Mesh mesh, String role, Duration most, Duration mostOfOne) {
    this.mesh = mesh;
    this.role = role;
    this.mostOfOne = mostOfOne;
    this.untilNanos = System.nanoTime() + most.toNanos();
  }

  /**
   * Asks until there is an answer, a refusal that stays one, or no time or node of the role left;
   * after pauses that grow from 250 ms to 2 s.
   *
   * @param most how long in all; at least one try is made
   * @param mostOfOne how long one try may take
   * @param question is given how long it may take, which is no longer than what is left
   * @return the answer, or what came of the last try
   */
  public static <T> Future<T> within(
      Mesh mesh,
      String role,
      Duration most,
      Duration mostOfOne,
      Function<Duration, Future<T>> question) {
    return new AskAgain(mesh, role, most, mostOfOne).ask(most, PAUSE_MILLIS, question);
  }

  private <T> Future<T> ask(
      Duration left, long pauseMillis, Function<Duration, Future<T>> question) {
    return question
        .apply(left.compareTo(mostOfOne) < 0 ? left : mostOfOne)
        .recover(failure ->
            isWorthIt(failure, pauseMillis)
                ? pause(pauseMillis, question)
                : Future.failedFuture(failure));
  }

  /** Not where next to nothing would be left after the pause. */
  private boolean isWorthIt(Throwable failure, long pauseMillis) {
    return failure instanceof RefusalException refusal
        && refusal.isPassing()
        && left().toMillis() > 2 * pauseMillis
        && !mesh.view().running(role).isEmpty();
  }

  private Duration left() {
    return Duration.ofNanos(untilNanos - System.nanoTime());
  }

  private <T> Future<T> pause(long millis, Function<Duration, Future<T>> question) {
    long next = Math.min(2 * millis, MOST_PAUSE_MILLIS);
    return mesh.vertx().timer(millis).compose(over -> ask(left(), next, question));
  }
}
