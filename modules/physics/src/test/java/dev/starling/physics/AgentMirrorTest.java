/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.GraphEdit.PutEdge;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.RouterMessage;
import dev.starling.protocol.mesh.RouterMessage.Pair;
import dev.starling.protocol.mesh.RouterMessage.PairCount;
import dev.starling.protocol.mesh.RouterMessage.TrafficQuery;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Traffic between agents on its way into a graph that is led, from a router the test plays. */
@Timeout(60)
class AgentMirrorTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int NODES = 20;

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Mesh mesh = LocalMesh.alone(registry, "physics", "router");
  private final Context context = mesh.vertx().getOrCreateContext();
  private final Simulation simulation = Simulators.still();
  private final AgentMirror mirror =
      new AgentMirror(
          mesh, context, simulation, new PhysicsMetrics(registry), 1_000, System::nanoTime);
  private final List<TrafficQuery> asked = new CopyOnWriteArrayList<>();

  @BeforeEach
  void lead() {
    simulation.lead(1, null, 1);
    change(Worlds.ringEdits(NODES));
    OnLoop.run(context, () -> mirror.begin(1));
  }

  @AfterEach
  void leave() {
    simulation.close();
    LocalMesh.await(mesh.leave());
  }

  private CompletableFuture<?> changing(List<GraphEdit> edits) {
    return simulation.change(world -> {
      world.apply(edits);
      return edits;
    });
  }

  private void change(List<GraphEdit> edits) {
    changing(edits).join();
  }

  private void count() {
    OnLoop.run(context, () -> mirror.count(1, 1));
  }

  private float weight(int a, int b) {
    return simulation.withStore(store -> store.graph().weight(a, b)).join();
  }

  private void playRouter(Function<TrafficQuery, RouterMessage.Traffic> script) {
    Promise<Void> served = Promise.promise();
    mesh.vertx()
        .runOnContext(go ->
            mesh.bus()
                .serve(Addresses.router(mesh.nodeId()), message -> answer(message, script))
                .<Void>mapEmpty()
                .onComplete(served));
    LocalMesh.await(served.future());
    mesh.roleIs("router", State.SERVING);
  }

  private Future<? extends MeshMessage> answer(
      RouterMessage message, Function<TrafficQuery, RouterMessage.Traffic> script) {
    TrafficQuery query = (TrafficQuery) message;
    asked.add(query);
    return Future.succeededFuture(script.apply(query));
  }

  private static PairCount passed(int a, int b) {
    return new PairCount(Pair.of("n" + a, "n" + b), 1);
  }

  @Test
  void whatDoesNotFitIntoOneAnswerIsAskedForAtOnce() {
    playRouter(query -> {
      int part = (int) query.sequence();
      return new RouterMessage.Traffic(part + 1, part < 4, List.of(passed(0, 5 + part)));
    });
    count();
    eventually("all answers are asked for", PATIENCE, () -> asked.size() == 5);
    count();
    eventually(
        "all that passed is in the graph",
        PATIENCE,
        () -> {
          count();
          return weight(0, 5) > 0 && weight(0, 9) > 0;
        });
  }

  @Test
  void anAnswerThatCouldNotBeCountedIsAskedForAgain() {
    playRouter(
        query -> new RouterMessage.Traffic(query.sequence() + 1, false, List.of(passed(0, 5))));
    simulation.follow();
    eventually(
        "it follows",
        PATIENCE,
        () -> simulation.withWorld(world -> world).isCompletedExceptionally());
    eventually(
        "it is asked again, the first answer being done with",
        PATIENCE,
        () -> {
          count();
          return asked.size() > 1;
        });
    assertThat(asked.get(1).sequence()).isZero();
    simulation.lead(1, null, 1);
    eventually(
        "it is counted",
        PATIENCE,
        () -> {
          count();
          return weight(0, 5) > 0;
        });
  }

  @Test
  void whatSomebodyPutsInWhileTrafficIsCountedStays() throws InterruptedException {
    simulation
        .withWorld(world -> {
          world.traffic().add(0, 1, 3);
          return world;
        })
        .join();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    CompletableFuture<Boolean> running =
        simulation.withStore(store -> {
          begun.countDown();
          return isReleased(released);
        });
    begun.await();
    count();
    CompletableFuture<?> changed = changing(List.of(new PutEdge(0, 1, 9, 7)));
    released.countDown();
    assertThat(running.join()).isTrue();
    changed.join();
    OnLoop.run(context, () -> {});
    OnLoop.run(context, () -> {});
    assertThat(simulation.withStore(store -> store.own(0, 1)).join()).isEqualTo(7);
    assertThat(weight(0, 1)).isEqualTo(9);
  }

  private static boolean isReleased(CountDownLatch released) {
    try {
      released.await();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
