/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.graphs.layout.LayoutParameters;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.GraphEdit.DropNode;
import dev.starling.protocol.mesh.PhysicsMessage.Edits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<LayoutBlock> blocks = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> broken = new CompletableFuture<>();
  private volatile boolean isOutOfMemory;
  private final Simulation simulation =
      new Simulation(
          new GraphStore(1_000),
          new PhysicsConfig(1_000, 1_000, 16, 1_000, 60, 1, 1, Optional.empty()),
          parameters(true),
          new Simulation.Outlet() {
            @Override
            public void moved(LayoutBlock block) {
              blocks.add(block);
              if (isOutOfMemory) {
                throw new OutOfMemoryError("made by the test");
              }
            }

            @Override
            public void edited(Edits edits) {}

            @Override
            public void broken() {
              broken.complete(null);
            }
          });

  private static PhysicsParameters parameters(boolean isEnabled) {
    return new PhysicsParameters(LayoutParameters.defaults(), isEnabled, true, 60, 0.5);
  }

  @AfterEach
  void close() {
    simulation.close();
  }

  private void change(List<GraphEdit> edits) {
    simulation
        .change(world -> {
          world.apply(edits);
          return edits;
        })
        .join();
  }

  private void awaitNodes(int count) {
    eventually(
        count + " nodes are told of",
        PATIENCE,
        () -> !blocks.isEmpty() && blocks.getLast().count() == count);
  }

  @Test
  void aLayoutThatMayNotMoveTellsOfWhatChangesAndOfNothingElse() {
    simulation.parameters(parameters(false));
    simulation.lead(1, null, 0.5);
    change(Worlds.ringEdits(10));
    awaitNodes(10);
    LayoutBlock first = blocks.getLast();
    change(List.of(new DropNode(9)));
    awaitNodes(9);
    assertThat(blocks.getLast().isMoving()).isFalse();
    assertThat(blocks.getLast().places()[0]).isEqualTo(first.places()[0]);
    assertThat(blocks.getLast().tick()).isEqualTo(first.tick() + 1);
  }

  @Test
  void whoDoesNotLeadChangesNothing() {
    assertThatThrownBy(() -> change(Worlds.ringEdits(10)))
        .rootCause()
        .isInstanceOf(RefusalException.class);
    simulation.lead(1, null, 0.5);
    change(Worlds.ringEdits(10));
    simulation.follow();
    eventually(
        "it follows",
        PATIENCE,
        () -> simulation.withWorld(world -> world).isCompletedExceptionally());
    assertThat(simulation.withStore(store -> store.graph().nodes()).join()).isEqualTo(10);
  }

  @Test
  void whoLeadsHasNobodysCopy() {
    CompletableFuture<?> copy = simulation.withCopy(store -> store);
    assertThat(copy.join()).isNotNull();
    simulation.lead(1, null, 0.5);
    change(Worlds.ringEdits(10));
    assertThatThrownBy(() -> simulation.withCopy(store -> store).join())
        .rootCause()
        .isInstanceOf(RefusalException.class);
  }

  @Test
  void anErrorEndsItAndIsSaidSoThatAnotherOneCanLead() {
    simulation.lead(1, null, 0.5);
    isOutOfMemory = true;
    CompletableFuture<?> _ =
        simulation.change(world -> {
          world.apply(Worlds.ringEdits(10));
          return world;
        });
    assertThat(broken).succeedsWithin(PATIENCE);
    assertThatThrownBy(() -> simulation.withStore(store -> store).join())
        .rootCause()
        .isInstanceOf(RefusalException.class);
  }

  @Test
  void whatWaitsWhenItEndsIsRefused() throws InterruptedException {
    simulation.lead(1, null, 0.5);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    CompletableFuture<Boolean> running =
        simulation.withStore(store -> {
          begun.countDown();
          try {
            closed.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return true;
        });
    begun.await();
    CompletableFuture<World> waiting = simulation.withWorld(world -> world);
    simulation.close();
    closed.countDown();
    assertThat(running.join()).isTrue();
    assertThatThrownBy(waiting::join).rootCause().isInstanceOf(RefusalException.class);
  }
}
