/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.vectors.Hits;
import dev.starling.vectors.SimilarityIndex;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Searches in the order of asking. Short scans run on the event loop at once; long ones on a
 * worker, so that no socket waits behind them, and then those that queued up meanwhile share one
 * pass over the rows. Router's event loop only.
 */
final class Matcher {
  /** Queries that share one pass. */
  static final int BATCH = 8;

  /** Multiplications, of which the slowest kernel does one in about a nanosecond. */
  private static final long SHORT_SCAN = 400_000;

  private record Query(
      SimilarityIndex<Agent> index, float[] values, double threshold, Promise<Hits<Agent>> found) {
    long cost() {
      return (long) index.size() * values.length;
    }
  }

  private final Context loop;
  private final WorkerExecutor worker;
  private final Deque<Query> waiting = new ArrayDeque<>();
  private boolean busy;

  /**
   * A matcher on {@code loop}.
   *
   * @param worker one thread, so that long scans end in the order in which they began
   */
  Matcher(Context loop, WorkerExecutor worker) {
    this.loop = loop;
    this.worker = worker;
  }

  /** The entries whose cosine with {@code values} is at least {@code threshold}. */
  Future<Hits<Agent>> search(SimilarityIndex<Agent> index, float[] values, double threshold) {
    Query query = new Query(index, values, threshold, Promise.promise());
    if (!busy && query.cost() <= SHORT_SCAN) {
      scan(List.of(query)).forEach(Runnable::run);
    } else {
      waiting.addLast(query);
      goOn();
    }
    return query.found().future();
  }

  private void goOn() {
    if (busy || waiting.isEmpty()) {
      return;
    }
    List<Query> batch = nextBatch();
    busy = true;
    worker
        .executeBlocking(() -> scan(batch))
        .onComplete(done ->
            loop.runOnContext(ignored -> {
              busy = false;
              if (done.succeeded()) {
                done.result().forEach(Runnable::run);
              } else {
                batch.forEach(query -> query.found().tryFail(done.cause()));
              }
              goOn();
            }));
  }

  private List<Query> nextBatch() {
    List<Query> batch = new ArrayList<>(BATCH);
    SimilarityIndex<Agent> index = waiting.getFirst().index();
    while (batch.size() < BATCH && !waiting.isEmpty() && waiting.getFirst().index() == index) {
      batch.add(waiting.removeFirst());
    }
    return batch;
  }

  /** Scans for a batch; what is returned completes the queries, in order. */
  private static List<Runnable> scan(List<Query> batch) {
    int size = batch.size();
    float[][] queries = new float[size][];
    double[] thresholds = new double[size];
    List<Hits<Agent>> found = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      queries[i] = batch.get(i).values();
      thresholds[i] = batch.get(i).threshold();
      found.add(new Hits<>());
    }
    batch.getFirst().index().search(queries, thresholds, found);
    List<Runnable> completions = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      Promise<Hits<Agent>> promise = batch.get(i).found();
      Hits<Agent> hits = found.get(i);
      completions.add(() -> promise.complete(hits));
    }
    return completions;
  }
}
