/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.mesh.PhysicsMessage.Edits;
import dev.starling.protocol.mesh.PhysicsMessage.Page;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits for the disk, in a time that the test makes pass. */
class GraphDiskTest {
  @TempDir private Path folder;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final AtomicLong now = new AtomicLong();
  private final Promise<Page> page = Promise.promise();

  @SuppressWarnings("NullAway.Init") // by load
  private GraphDisk disk;

  @BeforeEach
  void load() {
    disk =
        new GraphDisk(
            context, folder, new PhysicsMetrics(registry), now::get, from -> page.future());
    OnLoop.result(context, () -> disk.load(edits -> {}));
  }

  @AfterEach
  void close() {
    OnLoop.result(context, () -> disk.close(null));
    LocalMesh.await(vertx.close());
  }

  private void passes(Duration time) {
    now.addAndGet(time.toNanos());
    OnLoop.run(context, () -> disk.tend(null));
  }

  private Future<Void> edited(long sequence) {
    Promise<Void> kept = Promise.promise();
    OnLoop.run(
        context,
        () -> {
          disk.edited(new Edits(1, sequence, List.of(), true));
          disk.kept().onComplete(kept);
        });
    return kept.future();
  }

  private double failures() {
    return registry.get("starling.physics.disk.failures").counter().count();
  }

  @Test
  void whatIsMadeIsKeptBeforeItIsAnswered() {
    LocalMesh.await(edited(1));
    assertThat(failures()).isZero();
  }

  @Test
  void nobodyWaitsLongerThanFourSecondsForAGraphThatIsWrittenAnew() {
    OnLoop.run(context, () -> disk.replaced(false));
    Future<Void> kept = edited(1);
    passes(Duration.ofSeconds(4));
    assertThat(kept.isComplete()).isFalse();
    assertThat(failures()).isZero();
    passes(Duration.ofMillis(1));
    LocalMesh.await(kept);
    assertThat(failures()).isEqualTo(1);
  }
}
