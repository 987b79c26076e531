/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.protocol.RefusalException;
import dev.starling.protocol.frame.PathColumns;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.GraphEdit.DropEdge;
import dev.starling.protocol.mesh.GraphEdit.PutEdge;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shortest paths over the graph of a real simulation; nobody says that it was changed. */
@Timeout(60)
class PathKeeperTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Simulation simulation = Simulators.still();
  private final Map<Integer, PathColumns> told = new ConcurrentHashMap<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final PathKeeper keeper = new PathKeeper(simulation, new Told());

  /** Fails as often as the test says before it takes anything. */
  private final class Told implements PathKeeper.Listener {
    @Override
    public void changed(PathColumns columns) {
      if (failures.getAndDecrement() > 0) {
        throw new IllegalStateException("the test has it so");
      }
      told.put(columns.source(), columns);
    }

    @Override
    public void hubIs(int slot) {}
  }

  @AfterEach
  void close() {
    keeper.close();
    simulation.close();
  }

  private void lead() {
    simulation.lead(1, null, 0);
    change(Worlds.ringEdits(10));
  }

  private void change(List<GraphEdit> edits) {
    simulation
        .change(world -> {
          world.apply(edits);
          return edits;
        })
        .join();
  }

  private float distance(int from, int to) {
    return keeper.from(from).join().columns().distance(to);
  }

  @Test
  void aGraphThatCouldNotBeHadIsAskedForAgain() {
    keeper.want(true, Set.of(3));
    assertThatThrownBy(() -> keeper.from(3).join()).hasRootCauseInstanceOf(RefusalException.class);
    lead();
    eventually("the paths come", PATIENCE, () -> told.containsKey(3));
    assertThat(Objects.requireNonNull(told.get(3)).distance(5)).isEqualTo(2);
  }

  @Test
  void whatFailedIsComputedAnewThoughNothingChanges() {
    lead();
    failures.set(2);
    keeper.want(true, Set.of(3));
    eventually("the paths come", PATIENCE, () -> told.containsKey(3));
    assertThat(Objects.requireNonNull(told.get(3)).distance(8)).isEqualTo(5);
  }

  @Test
  void anAnswerIsOfTheGraphAsItIsNow() {
    lead();
    assertThat(distance(0, 5)).isEqualTo(5);
    assertThat(distance(9, 5)).isEqualTo(4);
    change(List.of(new PutEdge(0, 5, 4, 4)));
    assertThat(distance(0, 5)).isEqualTo(0.25f);
    assertThat(distance(9, 5)).isEqualTo(1.25f);
    change(List.of(new DropEdge(0, 5)));
    assertThat(distance(0, 5)).isEqualTo(5);
    simulation
        .withStore(store -> {
          store.become(store.emptied());
          return store;
        })
        .join();
    keeper.begin(2);
    simulation.lead(2, null, 0);
    change(Worlds.ringEdits(6));
    assertThat(distance(0, 5)).isEqualTo(1);
  }

  @Test
  void treesThatAreKeptFollowAGraphThatWasAskedForInBetween() {
    lead();
    keeper.want(true, Set.of(0));
    eventually("the paths come", PATIENCE, () -> told.containsKey(0));
    change(List.of(new PutEdge(0, 5, 4, 4)));
    assertThat(distance(9, 5)).isEqualTo(1.25f);
    assertThat(distance(9, 5)).isEqualTo(1.25f);
    assertThat(Objects.requireNonNull(told.get(0)).distance(5)).isEqualTo(0.25f);
  }
}
