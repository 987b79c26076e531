/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.RefusalException;
import dev.starling.testkit.LocalMesh;
import dev.starling.vectors.EmbeddingSpace;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A queue whose clock is the test's, before a service that is silent. */
class TextQueueTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Vertx vertx = Vertx.vertx();
  private final EmbeddingService service = new EmbeddingService(vertx);
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1); // it may well overflow
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Context loop = vertx.getOrCreateContext();
  private final TextQueue queue = queue();

  private TextQueue queue() {
    EmbedderConfig.Http http =
        new EmbedderConfig.Http(
            URI.create("http://127.0.0.1:" + service.start() + "/"),
            "m",
            Optional.empty(),
            Duration.ofSeconds(30),
            new EmbeddingSpace("lengths", 2, 0.9));
    return new TextQueue(
        new HttpEmbedder(vertx, http),
        loop,
        vertx.createSharedWorkerExecutor("test", 1),
        new EmbedderConfig(http, 1 << 20, 10),
        new EmbedderMetrics(registry),
        now::get);
  }

  @AfterEach
  void close() {
    service.answerHeld();
    LocalMesh.await(vertx.close());
  }

  private <T> T onLoop(Supplier<T> work) {
    Promise<T> done = Promise.promise();
    loop.runOnContext(go -> done.complete(work.get()));
    return LocalMesh.await(done.future());
  }

  @Test
  void whoWaitedTooLongIsToldWhetherTheEmbedderIsReadyAndNotEmbedded() {
    Future<float[]> underWay = onLoop(() -> queue.embed("under way"));
    eventually("it is asked for", PATIENCE, () -> service.questions().size() == 1);
    Future<float[]> waiting = onLoop(() -> queue.embed("waiting"));
    now.addAndGet(TextQueue.PATIENCE_NANOS + 1);
    Future<float[]> patient =
        onLoop(() -> {
          Future<float[]> later = queue.embed("later");
          queue.tick();
          return later;
        });
    assertThat(underWay.cause()).hasMessageContaining("not ready yet");
    assertThat(waiting.cause())
        .isInstanceOf(RefusalException.class)
        .hasMessageContaining("ask again in a moment");
    service.embedsLengths("bad");
    service.answerHeld();
    assertThat(LocalMesh.await(patient)).hasSize(2);
    assertThat(service.questions()).hasSize(2);
    assertThat(registry.get("starling.embedder.drops").tag("cause", "late").counter().count())
        .isEqualTo(2);
    assertThat(onLoop(() -> queue.embed("under way")).succeeded()).isTrue();
  }
}
