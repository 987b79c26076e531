/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.starling.graphs.CompactAdjacency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures of layouts for which they are known. */
final class LayoutQualityTest {
  @TempDir private Path folder = Path.of("");

  private static CompactAdjacency graph(int nodes, int... ends) {
    return new EdgeList(nodes, ends, new float[0]).adjacency();
  }

  private static CompactAdjacency path(int nodes) {
    int[] ends = new int[2 * (nodes - 1)];
    for (int i = 0; i < nodes - 1; i++) {
      ends[2 * i] = i;
      ends[2 * i + 1] = i + 1;
    }
    return graph(nodes, ends);
  }

  private static Points line(double... x) {
    return new Points(x, new double[x.length], new double[x.length]);
  }

  @Test
  void shouldKeepAllNeighboursOfAPathOnALine() {
    assertThat(NeighbourhoodPreservation.of(line(0, 10, 20, 30, 40), path(5))).isEqualTo(1);
  }

  @Test
  void shouldKeepNoneOfPairsThatLieApart() {
    CompactAdjacency pairs = graph(4, 0, 1, 2, 3);
    assertThat(NeighbourhoodPreservation.of(line(0, 10, 1, 11), pairs)).isZero();
  }

  @Test
  void shouldKeepTheNeighboursOfTheMiddleOneOnlyWhereTheEndsLieTogether() {
    assertThat(NeighbourhoodPreservation.of(line(0, 3, 1), path(3)))
        .isCloseTo(1 / 3.0, within(1e-12));
  }

  /** A node of degree two with one right of two: the index is 1 / 3. */
  @Test
  void shouldDivideByWhatEitherSetHolds() {
    CompactAdjacency square = graph(4, 0, 1, 1, 2, 2, 3, 3, 0);
    // Nearest two of each: 0: 1, 2; 1: 0, 2; 2: 1, 3; 3: 2, 1. Kept: one, two, two, one of two.
    assertThat(NeighbourhoodPreservation.of(line(0, 1, 2.1, 4), square))
        .isCloseTo((1 / 3.0 + 1 + 1 + 1 / 3.0) / 4, within(1e-12));
  }

  @Test
  void shouldLeaveOutNodesWithoutEdges() {
    assertThat(NeighbourhoodPreservation.of(line(0, 1, 5), graph(3, 0, 1))).isEqualTo(1);
    assertThat(NeighbourhoodPreservation.of(line(0, 1), graph(2))).isZero();
  }

  @Test
  void shouldFindNoStressInAPathOnALineWhateverItsScale() {
    assertThat(Stress.of(line(0, 7, 14, 21), path(4))).isCloseTo(0, within(1e-12));
  }

  @Test
  void shouldFindTheStressOfASquareWhoseCornersAreEquallyFar() {
    CompactAdjacency square = graph(4, 0, 1, 1, 2, 2, 3, 3, 0);
    Points tetrahedron =
        new Points(
            new double[] {1, 1, -1, -1}, new double[] {1, -1, 1, -1}, new double[] {1, -1, -1, 1});
    // From each corner two of ratio 1 and one of 1 / 2.
    assertThat(Stress.of(tetrahedron, square)).isCloseTo(1 - 2.5 * 2.5 / (3 * 2.25), within(1e-12));
  }

  @Test
  void shouldLeaveOutPairsThatNothingJoins() {
    assertThat(Stress.of(line(0, 1, 100, 101), graph(4, 0, 1, 2, 3))).isCloseTo(0, within(1e-12));
  }

  @Test
  void shouldFindLittleInABallOfPointsAnywhere() {
    CompactAdjacency graph = new PlantedPartition(1_000, 10, 8, 2, 1).edges().adjacency();
    Points ball = Points.ball(1_000, 1);
    assertThat(NeighbourhoodPreservation.of(ball, graph)).isLessThan(0.02);
    for (int i = 0; i < ball.size(); i++) {
      assertThat(Math.hypot(Math.hypot(ball.x()[i], ball.y()[i]), ball.z()[i]))
          .isLessThan(1 + 1e-9);
    }
  }

  @Test
  void shouldSelectTheLeastHoweverTheyLie() {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      long[] keys = random.longs(1 + random.nextInt(50), 0, 20).toArray();
      int k = random.nextInt(keys.length + 1);
      long[] least = Arrays.stream(keys).sorted().limit(k).toArray();
      assertThat(Arrays.stream(Selection.least(keys, k)).sorted().toArray()).isEqualTo(least);
    }
  }

  @Test
  void shouldReadThePlacesThatWereWritten() throws IOException {
    Points points = Points.ball(50, 3);
    Path file = folder.resolve("places");
    points.write(file);
    Points read = Points.read(file, 50);
    assertThat(read.x()).isEqualTo(points.x());
    assertThat(read.z()).isEqualTo(points.z());
    assertThatThrownBy(() -> Points.read(file, 51)).hasMessageContaining("50 places for 51 nodes");
    Files.writeString(file, "0 1 2\n0 NaN 1\n");
    assertThatThrownBy(() -> Points.read(file, 2)).hasMessageContaining("line 2");
  }
}
