/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OctreeTest {
  private final Octree tree = new Octree();

  static Stream<Bodies> clouds() {
    Bodies outlier = Clouds.ball(3_000, 1, 6);
    outlier.put(3_000, 1e6f, 1e6f, 1e6f);
    return Stream.of(
        Clouds.ball(1, 1, 1),
        Clouds.ball(64, 1, 2),
        Clouds.ball(65, 1, 3),
        Clouds.ball(5_000, 100, 4),
        Clouds.clumps(5_000, 5),
        outlier);
  }

  @ParameterizedTest
  @MethodSource("clouds")
  void everyBodyIsInOneLeafAndWithinTheRadiusOfEachCellAboveIt(Bodies bodies) {
    tree.build(bodies.at);
    int[] seen = new int[bodies.slots()];
    for (int leaf = 0; leaf < tree.leafCount; leaf++) {
      for (int i = tree.first[tree.leaves[leaf]]; i < tree.end[tree.leaves[leaf]]; i++) {
        seen[tree.slot(i)]++;
      }
    }
    for (int slot = 0; slot < seen.length; slot++) {
      assertThat(seen[slot]).isEqualTo(bodies.isThere(slot) ? 1 : 0);
    }
    assertCell(0, 0);
  }

  private void assertCell(int cell, int depth) {
    assertThat(depth).isLessThan(40);
    double mass = 0;
    for (int i = tree.first[cell]; i < tree.end[cell]; i++) {
      double away =
          Math.hypot(
              Math.hypot(
                  tree.sorted.x[i] - tree.cells.x[cell], tree.sorted.y[i] - tree.cells.y[cell]),
              tree.sorted.z[i] - tree.cells.z[cell]);
      assertThat(away).isLessThanOrEqualTo(tree.radius[cell] * 1.0001 + 1e-3);
      mass += tree.sorted.mass[i];
    }
    assertThat((double) tree.cells.mass[cell]).isEqualTo(mass);
    int children = tree.children[cell];
    if (children == 0) {
      assertThat(tree.end[cell] - tree.first[cell]).isLessThanOrEqualTo(Octree.LEAF);
      return;
    }
    assertThat(children).isBetween(2, 8);
    int next = tree.first[cell];
    for (int k = 0; k < children; k++) {
      int child = tree.firstChild[cell] + k;
      assertThat(tree.first[child]).isEqualTo(next);
      next = tree.end[child];
      assertCell(child, depth + 1);
    }
    assertThat(next).isEqualTo(tree.end[cell]);
  }

  @Test
  void bodiesOnOneSpotShareALeafHoweverManyTheyAre() {
    tree.build(Clouds.ball(1_000, 0, 1).at);
    assertThat(tree.leafCount).isEqualTo(1);
    assertThat(tree.radius[tree.leaves[0]]).isZero();
  }

  @Test
  void nobodyMakesNoTree() {
    tree.build(new Bodies(0).at);
    assertThat(tree.leafCount).isZero();
  }

  @Test
  void itIsBuiltAnewForMoreAndForFewerBodies() {
    for (int count : new int[] {10, 5_000, 100, 20_000, 1}) {
      tree.build(Clouds.ball(count, 10, count).at);
      int leaves =
          Arrays.stream(tree.leaves, 0, tree.leafCount).map(c -> tree.end[c]).max().orElse(0);
      assertThat(leaves).isEqualTo(count);
    }
  }
}
