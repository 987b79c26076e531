/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.PhysicsMessage;
import dev.starling.protocol.mesh.PhysicsMessage.Edits;
import dev.starling.protocol.mesh.PhysicsMessage.Version;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A leader that ceases to lead while the graph is being changed. */
@Timeout(60)
class LeadTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long TERM = 3;

  @TempDir private Path folder;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Mesh mesh = LocalMesh.alone(registry, "physics", "gateway");
  private final Context context = mesh.vertx().getOrCreateContext();
  private final PhysicsMetrics metrics = new PhysicsMetrics(registry);
  private final GraphStore store = new GraphStore(1_000);
  private final List<Version> late = new CopyOnWriteArrayList<>();

  @SuppressWarnings("NullAway.Init") // by begin
  private GraphDisk disk;

  @SuppressWarnings("NullAway.Init") // by begin
  private Lead lead;

  @BeforeEach
  void begin() {
    disk =
        new GraphDisk(
            context,
            folder,
            metrics,
            System::nanoTime,
            from -> Future.failedFuture(new IllegalStateException("not asked here")));
    PhysicsConfig config = Simulators.config(16, folder);
    lead =
        new Lead(
            mesh,
            context,
            config,
            Simulators.stillParameters(),
            store,
            disk,
            metrics,
            System::nanoTime);
    lead.onLateEdits(late::add);
    OnLoop.result(context, () -> disk.load(edits -> {}));
    OnLoop.run(context, () -> lead.begin(TERM, new Version(0, 0), null, 0.5));
  }

  @AfterEach
  void leave() {
    lead.close();
    OnLoop.result(context, () -> disk.close(null));
    LocalMesh.await(mesh.leave());
  }

  @Test
  void whatIsMadeMeanwhileIsNotConfirmedButStaysInItsCopyAndOnItsDisk() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    List<GraphEdit> edits = Worlds.ringEdits(5);
    Future<Integer> confirmed =
        OnLoop.call(
            context,
            () ->
                lead.confirmed(
                    lead.simulation()
                        .change(world -> {
                          begun.countDown();
                          await(over);
                          world.apply(edits);
                          return edits.size();
                        })));
    begun.await();
    Version ended = OnLoop.result(context, () -> Future.succeededFuture(lead.end()));
    over.countDown();

    assertThatThrownBy(() -> LocalMesh.await(confirmed))
        .rootCause()
        .isInstanceOfSatisfying(
            RefusalException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    assertThat(ended).isEqualTo(new Version(TERM, 0));
    eventually("it knows that its copy is later", PATIENCE, () -> !late.isEmpty());
    assertThat(late).containsExactly(new Version(TERM, 1));
    OnLoop.result(context, disk::kept);
    GraphStore read = new GraphStore(1_000);
    GraphFile file = new GraphFile(folder);
    assertThat(file.load(each -> each.forEach(read::apply)).version())
        .isEqualTo(new Version(TERM, 1));
    file.close();
    assertThat(read.graph().nodes()).isEqualTo(5);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whoWaitsForAnotherSimulatorIsToldThatItMayNotHaveIt() {
    LocalMesh.await(
        mesh.bus()
            .serve(
                Addresses.physics("silent"),
                (PhysicsMessage told) -> Promise.<MeshMessage>promise().future()));
    Future<Void> waiting =
        OnLoop.call(
            context,
            () -> {
              Followers followers = new Followers(mesh.bus());
              followers.joins("silent");
              followers.edited(new Edits(1, 1, List.of(), true));
              Future<Void> have = followers.have(1);
              followers.clear();
              return have;
            });
    assertThatThrownBy(() -> LocalMesh.await(waiting)).hasMessageContaining("send it again");
  }
}
