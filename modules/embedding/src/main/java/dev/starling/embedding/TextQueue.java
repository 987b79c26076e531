/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.starling.embedding.EmbedderMetrics.Drop;
import dev.starling.embedding.EmbedderMetrics.Text;
import dev.starling.embedding.TextBatch.Found;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.vectors.Embedder;
import dev.starling.vectors.EmbeddingException;
import dev.starling.vectors.EmbeddingException.Fault;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Texts on their way to the embedder, which gets those that wait together, one batch at a time, on
 * a worker. What it found is kept for those who ask again. Who waits longer than gateways do is
 * told so, and the text not embedded. One event loop only.
 */
final class TextQueue {
  /** Less than a gateway waits, so that its client hears why. */
  static final long PATIENCE_NANOS = 4_500_000_000L;

  private static final Logger LOG = LoggerFactory.getLogger(TextQueue.class);
  private static final int ENTRY_BYTES = 160;

  private final Embedder embedder;
  private final Context loop;
  private final WorkerExecutor worker;
  private final int maxBacklog;
  private final EmbedderMetrics metrics;
  private final LongSupplier nanoClock;
  private final Cache<String, float[]> known;
  private final Deque<Wanted> waiting = new ArrayDeque<>();
  private TextBatch running = TextBatch.EMPTY;
  private boolean isLoaded;
  private String lastFailure = "";

  /**
   * A queue on {@code loop}.
   *
   * @param worker one thread, the only one that touches {@code embedder}
   */
  TextQueue(
      Embedder embedder,
      Context loop,
      WorkerExecutor worker,
      EmbedderConfig config,
      EmbedderMetrics metrics,
      LongSupplier nanoClock) {
    this.embedder = embedder;
    this.loop = loop;
    this.worker = worker;
    this.maxBacklog = config.maxBacklog();
    this.metrics = metrics;
    this.nanoClock = nanoClock;
    this.known =
        Caffeine.newBuilder()
            .maximumWeight(config.cacheBytes())
            .weigher(TextQueue::bytes)
            .executor(Runnable::run)
            .build();
  }

  private static int bytes(String text, float[] values) {
    return ENTRY_BYTES + 2 * text.length() + Float.BYTES * values.length;
  }

  /** A text that somebody waits for. */
  record Wanted(String text, long deadline, Promise<float[]> found) {}

  /** How many texts wait for their turn. */
  int waiting() {
    return waiting.size();
  }

  /** Whether nobody waits. */
  boolean isIdle() {
    return waiting.isEmpty() && running.isEmpty();
  }

  /** The fingerprint of a text, which nobody changes. */
  Future<float[]> embed(String text) {
    float[] before = known.getIfPresent(text);
    if (before != null) {
      metrics.text(Text.CACHED);
      return Future.succeededFuture(before);
    }
    if (waiting.size() >= maxBacklog) {
      metrics.dropped(Drop.FULL);
      return Future.failedFuture(
          RefusalException.unavailable(
              EmbeddingVerticle.ROLE,
              maxBacklog
                  + " texts wait already; ask again in a moment, or raise embedder.max-backlog"));
    }
    Wanted wanted = new Wanted(text, nanoClock.getAsLong() + PATIENCE_NANOS, Promise.promise());
    waiting.addLast(wanted);
    goOn();
    return wanted.found().future();
  }

  /** Lets go of those whose askers gave up; called every 100 ms. */
  void tick() {
    long now = nanoClock.getAsLong();
    while (!waiting.isEmpty() && waiting.getFirst().deadline() - now < 0) {
      tooLate(waiting.removeFirst());
    }
    running.overdue(now).forEach(this::tooLate);
  }

  private void tooLate(Wanted wanted) {
    if (wanted.found().tryFail(late())) {
      metrics.dropped(Drop.LATE);
    }
  }

  private RefusalException late() {
    return RefusalException.unavailable(
        EmbeddingVerticle.ROLE,
        isLoaded
            ? "too busy to embed this in time; ask again in a moment"
            : "is not ready yet; ask again in a moment");
  }

  private void goOn() {
    if (running.isEmpty()) {
      running = TextBatch.take(waiting, this::isKnown);
      if (!running.isEmpty()) {
        TextBatch batch = running;
        worker
            .executeBlocking(() -> batch.run(embedder, metrics))
            .onComplete(done -> loop.runOnContext(go -> finish(batch, done)));
      }
    }
  }

  /** Answers with what is known meanwhile, such as for one of many who ask the same at once. */
  private boolean isKnown(Wanted wanted) {
    float[] before = known.getIfPresent(wanted.text());
    if (before == null) {
      return false;
    }
    metrics.text(Text.CACHED);
    wanted.found().tryComplete(before);
    return true;
  }

  private void finish(TextBatch batch, AsyncResult<List<Found>> done) {
    for (int i = 0; i < batch.size(); i++) {
      Found found =
          done.succeeded()
              ? done.result().get(i)
              : Found.failed(
                  new EmbeddingException(Fault.EMBEDDER, "the embedder failed", done.cause()));
      answer(batch.wanted(i), found);
    }
    running = TextBatch.EMPTY;
    goOn();
  }

  private void answer(Wanted wanted, Found found) {
    EmbeddingException failure = found.failure();
    float[] values = found.values();
    if (values != null) {
      isLoaded = true;
      lastFailure = "";
      metrics.text(Text.EMBEDDED);
      known.put(wanted.text(), values);
      wanted.found().tryComplete(values);
    } else if (failure != null) {
      metrics.text(Text.FAILED);
      log(failure);
      wanted.found().tryFail(refusal(failure));
    }
  }

  /** Once for each reason; what one client's text is refused for is told to that client. */
  private void log(EmbeddingException failure) {
    if (failure.fault() == Fault.EMBEDDER && !failure.text().equals(lastFailure)) {
      lastFailure = failure.text();
      LOG.warn("texts cannot be embedded: {}", failure.text(), failure.getCause());
    }
  }

  private static RefusalException refusal(EmbeddingException failure) {
    return switch (failure.fault()) {
      case TEXT ->
          RefusalException.ofField(
              ErrorCode.INVALID_MESSAGE,
              "profile",
              "a text that the embedder takes",
              "one that it refuses");
      case EMBEDDER ->
          RefusalException.unavailable(
              EmbeddingVerticle.ROLE, "cannot embed now; its node's log says why");
    };
  }
}
