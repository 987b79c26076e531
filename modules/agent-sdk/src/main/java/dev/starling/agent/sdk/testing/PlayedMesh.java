/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.sdk.testing;

import dev.starling.agent.sdk.AgentContext;
import dev.starling.agent.sdk.Answer;
import dev.starling.agent.sdk.Emission;
import dev.starling.agent.sdk.Peer;
import dev.starling.agent.sdk.Receipt;
import dev.starling.agent.sdk.Task;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A mesh in which there is nobody but whom the test plays. Thread-safe. */
final class PlayedMesh implements AgentContext {
  final List<Emission> emitted = new CopyOnWriteArrayList<>();
  final List<Double> progress = new CopyOnWriteArrayList<>();
  volatile List<Peer> peers = List.of();
  final List<String> backends = new CopyOnWriteArrayList<>();
  volatile double threshold = 0.75;
  volatile boolean isRefusing;
  volatile @Nullable BiFunction<Peer, String, JsonObject> answers;

  private final Vertx vertx;

  PlayedMesh(Vertx vertx) {
    this.vertx = vertx;
  }

  @Override
  public String agentId() {
    return "agent-under-test";
  }

  @Override
  public double threshold() {
    return threshold;
  }

  @Override
  public Vertx vertx() {
    return vertx;
  }

  @Override
  public Future<Receipt> emit(Emission emission) {
    if (isRefusing) {
      return Future.failedFuture("no router of the mesh answers now");
    }
    emitted.add(emission);
    String id = Objects.requireNonNullElse(emission.id(), "emitted-" + emitted.size());
    return Future.succeededFuture(new Receipt(id, "routed", List.of(), false));
  }

  @Override
  public void progress(Task task, double percent, String message) {
    progress.add(percent);
  }

  @Override
  public void backedBy(String what) {
    backends.add(what);
  }

  @Override
  public Future<List<Peer>> similar(int most) {
    return Future.succeededFuture(peers.stream().limit(most).toList());
  }

  @Override
  public Future<List<Peer>> similar(String text, int most) {
    return similar(most);
  }

  @Override
  public Future<List<Answer>> ask(String question, int most) {
    return Future.succeededFuture(
        peers.stream().limit(most).map(peer -> answer(peer, question)).toList());
  }

  @Override
  public Future<Answer> ask(Peer peer, String question) {
    return Future.succeededFuture(answer(peer, question));
  }

  private Answer answer(Peer peer, String question) {
    BiFunction<Peer, String, JsonObject> script = answers;
    return AgentHarness.answer(peer, script == null ? null : script.apply(peer, question));
  }
}
