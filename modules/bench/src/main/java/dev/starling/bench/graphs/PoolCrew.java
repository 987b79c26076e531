/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.graphs.Crew;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** A crew of plain threads, which wait without spinning. One thread at a time asks for work. */
final class PoolCrew implements Crew, AutoCloseable {
  private final int size;
  private final ExecutorService others;

  /** {@code size}: the caller among them. */
  PoolCrew(int size) {
    this.size = size;
    this.others = Executors.newFixedThreadPool(Math.max(1, size - 1));
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void run(IntConsumer task) {
    var running =
        IntStream.range(1, size)
            .<Future<?>>mapToObj(worker -> others.submit(() -> task.accept(worker)))
            .toList();
    task.accept(0);
    running.forEach(PoolCrew::await);
  }

  private static void await(Future<?> work) {
    try {
      work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    others.shutdownNow();
  }
}
