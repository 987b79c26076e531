/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.embedding;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.fabric.View;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.EmbedderMessage;
import dev.starling.protocol.mesh.EmbedderMessage.Embed;
import dev.starling.protocol.mesh.EmbedderMessage.Embedded;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.TextSpace;
import dev.starling.vectors.Embedder;
import dev.starling.vectors.EmbeddingSpace;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role {@code embedder} of one node: texts in, fingerprints out. Gateways ask one of the nodes
 * that have it, so that each keeps its own share of the texts. One instance per node; everything
 * runs on its event loop but the embedder, which has a worker.
 */
public final class EmbeddingVerticle extends VerticleBase {
  /** The role's name. */
  public static final String ROLE = "embedder";

  /** Most texts that one message may have. */
  static final int MOST_TEXTS = 64;

  /** Longest text, in characters. */
  static final int LONGEST_TEXT = 8192;

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddingVerticle.class);
  private static final long TICK_MILLIS = 100;
  private static final long LOOK_MILLIS = 10;
  private static final long DRAIN_NANOS = 2_000_000_000L;
  private static final RoleState STARTING = new RoleState(ROLE, State.STARTING);

  private final Mesh mesh;
  private final EmbedderConfig config;
  private final EmbedderMetrics metrics;
  private final Embedder embedder;
  private final Set<String> warnedOf = new HashSet<>();
  private @Nullable WorkerExecutor worker;
  private @Nullable TextQueue queue;

  /** An embedder of {@code mesh}, to be deployed once. */
  public EmbeddingVerticle(Mesh mesh, EmbedderConfig config, MeterRegistry registry) {
    this.mesh = mesh;
    this.config = config;
    this.metrics = new EmbedderMetrics(registry);
    this.embedder = Embedders.of(config.kind(), mesh.vertx());
  }

  @Override
  public Future<?> start() {
    WorkerExecutor made =
        vertx.createSharedWorkerExecutor(ROLE, 1, 5, TimeUnit.MINUTES); // a first text loads
    worker = made;
    TextQueue texts = new TextQueue(embedder, context, made, config, metrics, System::nanoTime);
    queue = texts;
    metrics.gauge("starling.embedder.waiting", "Texts that wait for their turn", texts::waiting);
    EmbeddingSpace space = embedder.space();
    mesh.embedsIn(List.of(new TextSpace(space.name(), space.dimension(), space.threshold())));
    mesh.listen((before, now) -> context.runOnContext(go -> compare(now)));
    compare(mesh.view());
    vertx.setPeriodic(TICK_MILLIS, timer -> tick(texts));
    return mesh.bus()
        .serve(Addresses.embedder(mesh.nodeId()), this::handle)
        .onSuccess(served -> serveOnceMet()); // or the node's start would wait for a tick
  }

  private void tick(TextQueue texts) {
    texts.tick();
    serveOnceMet();
  }

  private void serveOnceMet() {
    if (mesh.view().me().roles().contains(STARTING) && mesh.isMet()) {
      mesh.roleIs(ROLE, State.SERVING);
    }
  }

  /** Agents that are embedded in different spaces never match, so somebody should know. */
  private void compare(View now) {
    warnedOf.retainAll(now.nodes().keySet());
    for (NodeInfo other : now.nodes().values()) {
      for (TextSpace theirs : other.textSpaces()) {
        if (!theirs.name().equals(embedder.space().name()) && warnedOf.add(other.id())) {
          LOG.warn(
              "node {} embeds texts in the space {} and this one in {}: texts go to the node that"
                  + " started first, and agents with a profile in the other space match none of"
                  + " these; give all nodes the same section embedder",
              other.name(),
              theirs.name(),
              embedder.space().name());
        }
      }
    }
  }

  private Future<? extends MeshMessage> handle(EmbedderMessage message) {
    return switch (message) {
      case Embed embed -> embed(embed);
      case Embedded _ ->
          Future.failedFuture(new IllegalStateException("an answer, not a question"));
    };
  }

  private Future<Embedded> embed(Embed embed) {
    TextQueue texts = queue;
    if (texts == null) {
      return Future.failedFuture(RefusalException.unavailable(ROLE, "warming up"));
    }
    check(embed.texts());
    List<Future<float[]>> found = embed.texts().stream().map(texts::embed).toList();
    return Future.all(found).map(all -> embedded(found));
  }

  private Embedded embedded(List<Future<float[]>> found) {
    String space = embedder.space().name();
    return new Embedded(
        found.stream().map(values -> new Fingerprint(space, values.result())).toList());
  }

  private static void check(List<String> texts) {
    if (texts.isEmpty() || texts.size() > MOST_TEXTS) {
      throw refused("1 to " + MOST_TEXTS + " texts", texts.size() + " texts");
    }
    for (String text : texts) {
      if (text.isBlank()) {
        throw refused("a text", text.isEmpty() ? "an empty one" : "blanks");
      }
      if (text.length() > LONGEST_TEXT) {
        throw refused("at most " + LONGEST_TEXT + " characters", text.length() + " characters");
      }
    }
  }

  private static RefusalException refused(String expected, String came) {
    return RefusalException.ofField(ErrorCode.INVALID_MESSAGE, "profile", expected, came);
  }

  /**
   * Hands over: others are asked from now on, if there are any.
   *
   * @return completes when nobody waits any more, or after two seconds
   */
  public Future<Void> drain() {
    mesh.roleIs(ROLE, State.DRAINING);
    Promise<Void> drained = Promise.promise();
    context.runOnContext(go -> {
      long since = System.nanoTime();
      vertx.setPeriodic(
          LOOK_MILLIS,
          timer -> {
            TextQueue texts = queue;
            boolean isIdle = texts == null || texts.isIdle();
            if (isIdle || System.nanoTime() - since > DRAIN_NANOS) {
              vertx.cancelTimer(timer);
              drained.complete();
            }
          });
    });
    return drained.future();
  }

  /** The worker closes what it alone may touch, after what it is at. */
  @Override
  public Future<?> stop() {
    WorkerExecutor made = worker;
    if (made == null) {
      return Future.succeededFuture();
    }
    return made.<Void>executeBlocking(
            () -> {
              embedder.close();
              return null;
            })
        .eventually(made::close);
  }
}
