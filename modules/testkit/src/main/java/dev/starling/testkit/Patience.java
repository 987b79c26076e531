/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.testkit;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for results, with a deadline; a test fails where one fails or does not come. */
final class Patience {
  private Patience() {}

  /** The result of {@code stage}, which must come within {@code most}. */
  static <T> T result(CompletionStage<T> stage, Duration most) {
    try {
      return stage.toCompletableFuture().get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("nothing within " + most, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
