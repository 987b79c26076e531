/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drains the node when the process is told to end (SIGTERM, SIGINT) and then ends it with code 0.
 * An error that ends the process keeps its own code. Thread-safe.
 */
final class Shutdown {
  private final Logger log = LoggerFactory.getLogger(Shutdown.class);
  private final Thread hook = new Thread(this::run, "starling-drain");
  private final CompletableFuture<RunningNode> node = new CompletableFuture<>();
  private final AtomicInteger error = new AtomicInteger();
  private final Thread starter = Thread.currentThread();
  private final Duration timeout;
  private final IntConsumer halt;
  private volatile boolean ending;

  /**
   * Made by the thread that starts the node, which is interrupted when the end comes before the
   * start is done.
   *
   * @param timeout how long the drain may take, with the rest of a start that is under way
   * @param halt ends the process at once with a code
   */
  Shutdown(Duration timeout, IntConsumer halt) {
    this.timeout = timeout;
    this.halt = halt;
  }

  /** From now on the end of the process waits for the drain. */
  void install() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** The node to drain. */
  void started(RunningNode running) {
    node.complete(running);
  }

  /** There is nothing to drain any more; the process ends with {@code code}. */
  void cancel(int code) {
    if (code != 0 && !ending) {
      error.set(code);
    }
    node.cancel(false);
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      log.debug("the process is ending already");
    }
  }

  /** Whether the process was told to end: what fails from now on fails because of that. */
  boolean isEnding() {
    return ending;
  }

  /** Drains and ends the process; what the hook does. */
  void run() {
    long deadline = System.nanoTime() + timeout.toNanos();
    ending = true;
    if (!node.isDone()) {
      starter.interrupt();
    }
    try {
      RunningNode running = node.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      log.info("draining, {} s at most", timeout.toSeconds());
      running.drain().toCompletableFuture().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      log.info("drained");
    } catch (CancellationException e) {
      log.debug("nothing to drain");
    } catch (TimeoutException e) {
      log.warn("stopping undrained: it takes longer than {} s", timeout.toSeconds());
    } catch (ExecutionException e) {
      log.error("the drain failed", e.getCause());
      error.compareAndSet(0, Main.FAILED);
    } catch (InterruptedException e) {
      error.compareAndSet(0, Main.FAILED);
    }
    halt.accept(error.get());
  }
}
