/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.sdk.testing;

import dev.starling.agent.sdk.Agent;
import dev.starling.agent.sdk.AgentHandle;
import dev.starling.agent.sdk.Answer;
import dev.starling.agent.sdk.Emission;
import dev.starling.agent.sdk.Outcome;
import dev.starling.agent.sdk.Peer;
import dev.starling.agent.sdk.Task;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs one agent without a mesh: on an event loop or a virtual thread, as its class wants it,
 * called with one thing at a time. What it emits goes to nobody and is remembered; whom it asks the
 * test plays. For one thread at a time, which waits for each call.
 *
 * <pre>{@code
 * try (AgentHarness harness = AgentHarness.start(new TextStatistics())) {
 *   JsonObject result = harness.task("count", JsonObject.of("text", "one two"));
 * }
 * }</pre>
 */
public final class AgentHarness implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;
  private static final Duration DEADLINE = Duration.ofMinutes(10);

  private final Vertx vertx = Vertx.vertx();
  private final AgentHandle agent;
  private final PlayedMesh mesh;
  private final Cell cell = new Cell();
  private final AtomicInteger made = new AtomicInteger();

  private AgentHarness(Agent agent) {
    this.agent = new AgentHandle(agent);
    this.mesh = new PlayedMesh(vertx);
  }

  private static final class Cell extends VerticleBase {
    Context own() {
      return context;
    }
  }

  /**
   * Starts an agent.
   *
   * @throws CompletionException with what its {@code onStart} threw
   */
  public static AgentHarness start(Agent agent) {
    AgentHarness harness = new AgentHarness(agent);
    ThreadingModel threads =
        harness.agent.isOnVirtualThread()
            ? ThreadingModel.VIRTUAL_THREAD
            : ThreadingModel.EVENT_LOOP;
    DeploymentOptions options = new DeploymentOptions().setThreadingModel(threads);
    await(
        harness
            .vertx
            .deployVerticle(harness.cell, options)
            .toCompletionStage()
            .toCompletableFuture());
    harness.call(() -> {
      harness.agent.profile();
      harness.agent.start(harness.mesh);
      return true;
    });
    return harness;
  }

  /** Says who is there, most similar first, when the agent looks for others. */
  public AgentHarness withPeers(Peer... peers) {
    mesh.peers = List.of(peers);
    return this;
  }

  /** Says at which cosine outcomes reach the agent; 0.75 without it. */
  public AgentHarness withThreshold(double cosine) {
    mesh.threshold = cosine;
    return this;
  }

  /** Says whether the mesh refuses what the agent emits from now on, as while it is cut off. */
  public AgentHarness refusing(boolean isRefusing) {
    mesh.isRefusing = isRefusing;
    return this;
  }

  /** Says what others answer; without it they have no answer. */
  public AgentHarness answering(BiFunction<Peer, String, JsonObject> answers) {
    mesh.answers = answers;
    return this;
  }

  /**
   * Passes an outcome on that says {@code payload}.
   *
   * @throws CompletionException with what the agent threw
   */
  public void outcome(JsonObject payload) {
    String id = "outcome-" + made.incrementAndGet();
    JsonObject packet =
        JsonObject.of("outcome_id", id, "source_agent", "tester", "payload", payload)
            .put("fingerprint", new JsonArray().add(1));
    outcome(new Outcome(id, "tester", 1, null, 0, List.of(), packet));
  }

  /** The same with an outcome that is made by hand. */
  public void outcome(Outcome outcome) {
    call(() -> {
      agent.outcome(outcome);
      return true;
    });
  }

  /**
   * Has a task done, and waits for its end.
   *
   * @return the result
   * @throws CompletionException with the reason where it failed
   */
  public JsonObject task(String description, JsonObject input) {
    String id = "task-" + made.incrementAndGet();
    Task task = new Task(id, 1, description, input, Instant.now().plus(DEADLINE));
    Future<JsonObject> result = call(() -> agent.task(task));
    return await(result.toCompletionStage().toCompletableFuture());
  }

  /** What the agent has emitted so far. */
  public List<Emission> emitted() {
    return List.copyOf(mesh.emitted);
  }

  /** What the agent has said so far of how far its tasks are, per cent. */
  public List<Double> progress() {
    return List.copyOf(mesh.progress);
  }

  /** What the agent has said so far does its thinking, beside what its profile says. */
  public List<String> backends() {
    return List.copyOf(mesh.backends);
  }

  private interface Call<T> {
    T make() throws Exception;
  }

  /** Makes a call on the agent's context, and waits for it to return. */
  private <T> T call(Call<T> call) {
    CompletableFuture<T> done = new CompletableFuture<>();
    cell.own()
        .runOnContext(turn -> {
          try {
            done.complete(call.make());
          } catch (Exception | Error e) {
            done.completeExceptionally(e);
          }
        });
    return await(done);
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      @Nullable Throwable cause = e.getCause();
      throw new CompletionException(cause == null ? e : cause);
    } catch (TimeoutException e) {
      throw new CompletionException("not within " + PATIENCE_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
  }

  /** Who failed is among the answers with a reason. */
  static Answer answer(Peer peer, @Nullable JsonObject result) {
    return new Answer(peer, result, result == null ? "no answer" : null);
  }

  @Override
  public void close() {
    call(() -> {
      agent.stop();
      return true;
    });
    await(vertx.close().toCompletionStage().toCompletableFuture());
  }
}
