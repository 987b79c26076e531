/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.GraphEdit.DropEdge;
import dev.starling.protocol.mesh.GraphEdit.DropNode;
import dev.starling.protocol.mesh.GraphEdit.PutEdge;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private final World world = Worlds.ring(10);
  private final Traffic traffic = world.traffic();

  private void pass(double keep) {
    world.apply(traffic.fade(world.store(), keep, 0.5));
  }

  @Test
  void anEdgeComesWithTheFirstOutcomeAndGrowsByHalfWithEachDoubling() {
    traffic.add(2, 7, 1);
    pass(1);
    assertThat(world.graph().weight(2, 7)).isEqualTo(0.5f);
    traffic.add(7, 2, 6);
    pass(1);
    assertThat(world.graph().weight(2, 7)).isEqualTo(1.5f);
  }

  @Test
  void anEdgeFadesAndIsGone() {
    traffic.add(2, 7, 100);
    pass(1);
    float before = world.graph().weight(2, 7);
    pass(0.5);
    assertThat(world.graph().weight(2, 7)).isLessThan(before).isPositive();
    for (int i = 0; i < 10; i++) {
      pass(0.5);
    }
    assertThat(world.graph().weight(2, 7)).isZero();
    assertThat(traffic.fade(world.store(), 0.5, 0.5)).isEmpty();
  }

  @Test
  void whatSomebodyPutInStaysWhenTrafficIsGone() {
    traffic.add(0, 1, 3);
    pass(1);
    assertThat(world.graph().weight(0, 1)).isEqualTo(2);
    assertThat(world.store().own(0, 1)).isEqualTo(1);
    for (int i = 0; i < 12; i++) {
      pass(0.5);
    }
    assertThat(world.graph().weight(0, 1)).isEqualTo(1);
    assertThat(world.store().own(0, 1)).isEqualTo(1);
  }

  @Test
  void aChangeThatNobodyWouldSeeIsNotMade() {
    traffic.add(2, 7, 1_000);
    pass(1);
    assertThat(traffic.fade(world.store(), 0.99, 0.5)).isEmpty();
  }

  @Test
  void noWeightMeansNoEdges() {
    traffic.add(2, 7, 1_000);
    pass(1);
    List<GraphEdit> edits = traffic.fade(world.store(), 1, 0);
    assertThat(edits).containsExactly(new DropEdge(2, 7));
  }

  @Test
  void whatPassedBetweenNodesThatAreGoneIsForgotten() {
    traffic.add(2, 7, 1_000);
    pass(1);
    world.apply(List.of(new DropNode(7)));
    assertThat(traffic.fade(world.store(), 1, 0.5)).isEmpty();
  }

  @Test
  void whoTakesOverGoesOnFromTheWeights() {
    traffic.add(2, 7, 7);
    traffic.add(0, 1, 3);
    pass(1);
    Traffic next = new Traffic();
    next.takeUp(world.store(), 0.5);
    assertThat(next.fade(world.store(), 1, 0.5)).isEmpty();
    List<GraphEdit> later = next.fade(world.store(), 0.5, 0.5);
    assertThat(later).hasSize(2);
    PutEdge half =
        (PutEdge)
            later.stream()
                .filter(one -> one instanceof PutEdge edge && edge.a() == 2)
                .findFirst()
                .orElseThrow();
    assertThat(half.weight()).isCloseTo((float) (0.5 * Math.log(4.5) / Math.log(2)), within(1e-4f));
  }

  @Test
  void onlySoManyPairsAreCounted() {
    int n = 700;
    World large = Worlds.ring(n);
    for (int a = 0; a < n; a++) {
      for (int b = a + 1; b < n; b++) {
        large.traffic().add(a, b, 1);
      }
    }
    long pairs = (long) n * (n - 1) / 2;
    assertThat(large.traffic().refused()).isEqualTo(pairs - Traffic.MOST);
  }
}
