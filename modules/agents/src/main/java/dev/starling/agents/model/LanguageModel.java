/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.model;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The language model of a node, which all who write with it share. So many calls are under way at a
 * time, some more wait their turn, and one that failed is left alone for a while: whoever asks then
 * hears so at once. Thread-safe; the work is done on an event loop of its own.
 */
public final class LanguageModel {
  /** Questions that wait for their turn, at most. */
  static final int MOST_WAITING = 256;

  private static final Logger LOG = LoggerFactory.getLogger(LanguageModel.class);

  private final Vertx vertx;
  private final ModelConfig config;
  private final Context loop;
  private final ModelService service;
  private final ModelMetrics metrics;
  private final Rest rest = new Rest();
  private final Deque<Asked> waiting = new ArrayDeque<>();
  private volatile int waitingNow;
  private volatile int underWay;

  /** A question, and who hears what comes of it. */
  private record Asked(Buffer question, long sinceNanos, Completable<String> answer) {}

  /** A model that was asked nothing yet; its connections end with {@code vertx}. */
  public LanguageModel(Vertx vertx, ModelConfig config, MeterRegistry registry) {
    this.vertx = vertx;
    this.config = config;
    this.loop = vertx.getOrCreateContext();
    this.service = new ModelService(vertx, config);
    this.metrics = new ModelMetrics(registry);
    metrics.gauge(
        "starling.agents.model.under.way", "Requests to the language model", () -> underWay);
    metrics.gauge(
        "starling.agents.model.waiting",
        "Questions that wait for the language model",
        () -> waitingNow);
  }

  /** What the service calls it. */
  public String name() {
    return config.name();
  }

  /** Whether it would be asked now, since it did not fail a moment ago. */
  public boolean isWell() {
    return !rest.lasts(System.nanoTime());
  }

  /**
   * Asks it.
   *
   * @param system who it is and what it is to do
   * @param user what it is to do that with
   * @return what it says, neither blank nor larger than 64 KiB; fails with a {@link
   *     ModelException}. Completes on the caller's context
   */
  public Future<String> ask(String system, String user) {
    Context current = Vertx.currentContext();
    Context caller = current == null ? vertx.getOrCreateContext() : current;
    Promise<String> promise = Promise.promise();
    Asked asked =
        new Asked(
            ChatJson.question(config, system, user),
            System.nanoTime(),
            (text, failure) -> caller.runOnContext(turn -> promise.complete(text, failure)));
    loop.runOnContext(turn -> take(asked));
    return promise.future();
  }

  private void take(Asked asked) {
    if (rest.lasts(System.nanoTime())) {
      giveUp(asked, ModelLack.RESTING, "failed a moment ago");
    } else if (hasRoom()) {
      send(asked);
    } else if (waiting.size() < MOST_WAITING) {
      waiting.add(asked);
      waitingNow = waiting.size();
    } else {
      giveUp(asked, ModelLack.BUSY, "has as many questions as may wait");
    }
  }

  private boolean hasRoom() {
    return underWay < (rest.isDoubtful() ? 1 : config.calls());
  }

  private void send(Asked asked) {
    setUnderWay(1);
    long since = System.nanoTime();
    service
        .ask(asked.question())
        .onComplete((text, failure) -> {
          setUnderWay(-1);
          long now = System.nanoTime();
          if (failure == null) {
            answered(now - since);
            asked.answer().succeed(text);
          } else {
            ModelLack lack = failed(failure, now, since);
            giveUp(asked, lack, String.valueOf(failure.getMessage()));
          }
          next();
        });
  }

  /** Written on the loop only, so nothing is lost. */
  private void setUnderWay(int more) {
    int now = underWay + more;
    underWay = now;
  }

  private void answered(long nanos) {
    metrics.answered(nanos);
    if (rest.isDoubtful()) {
      LOG.info("the model {} at {} answers again", config.name(), config.url());
    }
    rest.answered();
  }

  private ModelLack failed(Throwable failure, long now, long since) {
    ModelLack lack = failure instanceof ModelException known ? known.lack() : ModelLack.UNREACHABLE;
    metrics.failed(lack, now - since);
    if (!rest.lasts(now)) {
      long millis = rest.failed(now);
      LOG.warn(
          "the model {} at {} {}; nothing is asked of it for {} ms",
          config.name(),
          config.url(),
          failure.getMessage(),
          millis);
    }
    return lack;
  }

  /** Goes on with those that wait; each is looked at again no later than a call under way ends. */
  private void next() {
    while (!waiting.isEmpty()) {
      Asked first = waiting.getFirst();
      long now = System.nanoTime();
      if (rest.lasts(now)) {
        giveUp(waiting.removeFirst(), ModelLack.RESTING, "failed a moment ago");
      } else if (now - first.sinceNanos() > config.timeout().toNanos()) {
        giveUp(waiting.removeFirst(), ModelLack.BUSY, "had no time for it");
      } else if (hasRoom()) {
        send(waiting.removeFirst());
      } else {
        break;
      }
    }
    waitingNow = waiting.size();
  }

  private void giveUp(Asked asked, ModelLack lack, String why) {
    metrics.lacked(lack);
    asked.answer().fail(new ModelException(lack, why));
  }
}
