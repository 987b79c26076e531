/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.swarms.SwarmOptions.Bounds;
import dev.starling.swarms.SwarmOptions.Cadence;
import dev.starling.swarms.SwarmOptions.Patience;
import dev.starling.swarms.SwarmOptions.Retry;
import dev.starling.testkit.NpmServer;
import dev.starling.testkit.RecordedServer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A server that is followed on an event loop, and everything that was told of it. */
final class Followed implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration OFTEN = Duration.ofMillis(50);

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final List<SwarmChange> changes = new CopyOnWriteArrayList<>();
  private final SwarmFollower follower;

  Followed(SwarmEndpoint endpoint) {
    this(endpoint, eager());
  }

  Followed(SwarmEndpoint endpoint, SwarmOptions options) {
    follower =
        new SwarmFollower(
            context,
            "test",
            endpoint,
            options,
            change -> {
              assertThat(Vertx.currentContext()).isSameAs(context);
              changes.add(change);
            });
    context.runOnContext(go -> follower.start());
  }

  /** A server that answers from a recording. */
  static SwarmEndpoint tcp(RecordedServer server) {
    return new SwarmEndpoint.Tcp("127.0.0.1", server.port());
  }

  /** A program, in a folder of its own. */
  static SwarmEndpoint stdio(NpmServer server, Path folder) {
    return new SwarmEndpoint.Stdio(server.command(), server.arguments(), folder, Map.of());
  }

  /** Looks often, waits long for calls, and comes back soon. */
  static SwarmOptions eager() {
    return new SwarmOptions(
        new Cadence(OFTEN, OFTEN, OFTEN, OFTEN, OFTEN, OFTEN),
        new Patience(PATIENCE, PATIENCE, Duration.ofSeconds(10), Duration.ofSeconds(2)),
        new Retry(OFTEN, Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofMillis(100), 3),
        Bounds.defaults());
  }

  /** What was told so far, in order. */
  List<SwarmChange> changes() {
    return List.copyOf(changes);
  }

  <T extends SwarmChange> List<T> all(Class<T> kind) {
    return changes.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Waits until something of this kind has been told that is {@code such}. */
  <T extends SwarmChange> T await(Class<T> kind, Predicate<T> such) {
    eventually(
        kind.getSimpleName() + " among " + changes,
        PATIENCE,
        () -> all(kind).stream().anyMatch(such));
    return all(kind).stream().filter(such).findFirst().orElseThrow();
  }

  <T extends SwarmChange> T await(Class<T> kind) {
    return await(kind, any -> true);
  }

  AgentView awaitAgent(String agentId, Predicate<AgentView> such) {
    Supplier<List<AgentView>> known =
        () ->
            snapshot().agents().stream()
                .filter(agent -> agent.agentId().equals(agentId) && such.test(agent))
                .toList();
    eventually("the agent " + agentId, PATIENCE, () -> !known.get().isEmpty());
    return known.get().getFirst();
  }

  TaskView awaitTask(String taskId, Predicate<TaskView> such) {
    Supplier<List<TaskView>> known =
        () ->
            snapshot().tasks().stream()
                .filter(task -> task.taskId().equals(taskId) && such.test(task))
                .toList();
    eventually("the task " + taskId, PATIENCE, () -> !known.get().isEmpty());
    return known.get().getFirst();
  }

  SwarmSnapshot snapshot() {
    return ask(one -> Future.succeededFuture(one.snapshot()));
  }

  SwarmFigures figures() {
    return follower.figures();
  }

  /** Has the follower do something, and waits for what comes of it. */
  <T> T ask(Function<SwarmFollower, Future<T>> work) {
    try {
      return begin(work).toCompletionStage().toCompletableFuture().get(90, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SwarmFailure failure) {
        throw failure;
      }
      throw new AssertionError(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** Has the server work; waits for nothing but that it was asked to. */
  ToolWork work(String tool, Map<String, Object> arguments, Duration patience) {
    return ask(one -> Future.succeededFuture(one.work(tool, arguments, patience)));
  }

  /** Takes work back. */
  void withdraw(ToolWork work, String why) {
    context.runOnContext(go -> work.withdraw(why));
  }

  /** Has the follower do something; waits for nothing. */
  <T> Future<T> begin(Function<SwarmFollower, Future<T>> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(go -> work.apply(follower).onComplete(promise));
    return promise.future();
  }

  @Override
  public void close() {
    ask(SwarmFollower::stop);
    vertx.close().await();
  }
}
