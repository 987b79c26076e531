/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.protocol.Fingerprint;
import dev.starling.vectors.Fingerprints;
import dev.starling.vectors.Hits;
import dev.starling.vectors.Row;
import dev.starling.vectors.SimilarityIndex;
import io.vertx.core.AsyncResult;
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
      SimilarityIndex<Agent> index,
      Space space,
      float[] values,
      double threshold,
      Promise<Hits<Agent>> found) {
    boolean isIn(Fingerprint fingerprint) {
      return space.equals(Space.of(fingerprint));
    }

    long cost() {
      return (long) index.size() * values.length;
    }
  }

  private final Context loop;
  private final WorkerExecutor worker;
  private final Deque<Query> waiting = new ArrayDeque<>();
  private final List<Agent> indexedMeanwhile = new ArrayList<>();
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

  /** The agents of an index whose cosine with {@code wanted} is at least {@code threshold}. */
  Future<Hits<Agent>> search(SimilarityIndex<Agent> index, Fingerprint wanted, double threshold) {
    Query query = new Query(index, Space.of(wanted), wanted.values(), threshold, Promise.promise());
    if (!busy && waiting.isEmpty() && query.cost() <= SHORT_SCAN) {
      query.found().complete(scan(List.of(query)).getFirst());
    } else {
      waiting.addLast(query);
      goOn();
    }
    return query.found().future();
  }

  /** Takes note of an agent that entered an index. */
  void indexed(Agent agent) {
    if (busy) {
      indexedMeanwhile.add(agent);
    }
  }

  private void goOn() {
    if (busy || waiting.isEmpty()) {
      return;
    }
    List<Query> batch = nextBatch();
    busy = true;
    worker
        .executeBlocking(() -> scan(batch))
        .onComplete(done -> loop.runOnContext(ignored -> finish(batch, done)));
  }

  private void finish(List<Query> batch, AsyncResult<List<Hits<Agent>>> done) {
    for (int i = 0; i < batch.size(); i++) {
      Query query = batch.get(i);
      if (done.succeeded()) {
        Hits<Agent> hits = done.result().get(i);
        indexedMeanwhile.forEach(agent -> matchLate(query, agent, hits));
        query.found().complete(hits);
      } else {
        query.found().fail(done.cause());
      }
    }
    indexedMeanwhile.clear();
    busy = false;
    goOn();
  }

  /** Adds an agent that came while the scan ran, unless the scan saw it already. */
  private static void matchLate(Query query, Agent agent, Hits<Agent> hits) {
    Row<Agent> row = agent.row();
    Fingerprint fingerprint = agent.registration().fingerprint();
    if (row == null || fingerprint == null || !query.isIn(fingerprint)) {
      return;
    }
    for (int i = 0; i < hits.size(); i++) {
      if (hits.entry(i) == agent) {
        return;
      }
    }
    double similarity = Fingerprints.cosine(query.values(), fingerprint.values());
    if (similarity >= query.threshold()
        && !Fingerprints.isZero(fingerprint.values())
        && !Fingerprints.isZero(query.values())) {
      hits.add(agent, similarity);
    }
  }

  private List<Query> nextBatch() {
    List<Query> batch = new ArrayList<>(BATCH);
    SimilarityIndex<Agent> index = waiting.getFirst().index();
    while (batch.size() < BATCH && !waiting.isEmpty() && waiting.getFirst().index() == index) {
      batch.add(waiting.removeFirst());
    }
    return batch;
  }

  /** The hits of each query of a batch, all of one index. */
  private static List<Hits<Agent>> scan(List<Query> batch) {
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
    return found;
  }
}
