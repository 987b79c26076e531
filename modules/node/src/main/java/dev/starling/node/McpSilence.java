/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Ends a stream on which nothing comes for too long: who sends it may be gone without a word, and
 * whoever reads would wait for ever. Watches on a thread of its own until it is closed.
 */
final class McpSilence implements AutoCloseable {
  private final InputStream stream;
  private final Duration most;
  private final Consumer<String> log;
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile long heardNanos = System.nanoTime();

  private McpSilence(InputStream stream, Duration most, Consumer<String> log) {
    this.stream = stream;
    this.most = most;
    this.log = log;
  }

  /** Closes {@code stream} once it was silent for so long. */
  static McpSilence watch(InputStream stream, Duration most, Consumer<String> log) {
    McpSilence silence = new McpSilence(stream, most, log);
    Thread _ = Thread.startVirtualThread(silence::listen);
    return silence;
  }

  /** Something came. */
  void broken() {
    heardNanos = System.nanoTime();
  }

  private void listen() {
    try {
      for (long left = most.toNanos(); left > 0; left = leftNanos()) {
        if (over.await(left, TimeUnit.NANOSECONDS)) {
          return;
        }
      }
      log.accept("nothing came from the node for " + most.toSeconds() + " s; it counts as gone");
      stream.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException _) {
      // Its reader notices.
    }
  }

  private long leftNanos() {
    return most.toNanos() - (System.nanoTime() - heardNanos);
  }

  @Override
  public void close() {
    over.countDown();
  }
}
