/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** A crew of plain threads, to test with. */
public final class ThreadCrew implements Crew, AutoCloseable {
  private final int size;
  private final ExecutorService others;

  public ThreadCrew(int size) {
    this.size = size;
    this.others = Executors.newFixedThreadPool(size);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void run(IntConsumer task) {
    List<Future<?>> running = new ArrayList<>();
    for (int worker = 1; worker < size; worker++) {
      int number = worker;
      running.add(others.submit(() -> task.accept(number)));
    }
    task.accept(0);
    for (Future<?> one : running) {
      await(one);
    }
  }

  private static void await(Future<?> one) {
    try {
      one.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    others.shutdownNow();
  }
}
