/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.graphs.Crew;
import dev.starling.graphs.ThreadCrew;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RepulsionTest {
  private static final RepulsionLaw EVERYWHERE = new RepulsionLaw(1, Float.POSITIVE_INFINITY);
  private static final RepulsionLaw NEARBY = new RepulsionLaw(0.01f, 250);

  static List<ForceKernels> kernels() {
    return List.of(new ScalarForceKernels("scalar"), new SimdForceKernels());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void allPairsAreAddedUpToFloatPrecision(ForceKernels kernels) {
    for (int count : new int[] {1, 2, 3, 15, 16, 17, 33, 500}) {
      for (RepulsionLaw law : List.of(EVERYWHERE, NEARBY)) {
        Bodies bodies = Clouds.ball(count, 100, count);
        new Repulsion(kernels).pushExactly(bodies, count, law, Crew.ALONE);
        for (int i = 0; i < count; i++) {
          double[] exact = Clouds.exactField(bodies, i, law);
          assertThat(bodies.force.x[i]).isCloseTo((float) exact[0], within(exact));
          assertThat(bodies.force.y[i]).isCloseTo((float) exact[1], within(exact));
          assertThat(bodies.force.z[i]).isCloseTo((float) exact[2], within(exact));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void emptySlotsMakeNoDifferenceToTheBodiesThatAreThere(ForceKernels kernels) {
    Bodies dense = Clouds.ball(100, 100, 5);
    Bodies sparse = new Bodies(0);
    for (int i = 0; i < 100; i++) {
      sparse.put(37 * i + 1, dense.at.x[i], dense.at.y[i], dense.at.z[i]);
    }
    sparse.put(5_000, 1, 2, 3);
    sparse.take(5_000);
    new Repulsion(kernels).push(dense, 100, EVERYWHERE, Crew.ALONE);
    new Repulsion(kernels).push(sparse, 100, EVERYWHERE, Crew.ALONE);
    for (int i = 0; i < 100; i++) {
      assertThat(sparse.force.x[37 * i + 1]).isEqualTo(dense.force.x[i]);
      assertThat(sparse.force.y[37 * i + 1]).isEqualTo(dense.force.y[i]);
      assertThat(sparse.force.z[37 * i + 1]).isEqualTo(dense.force.z[i]);
    }
  }

  private static Offset<Float> within(double[] exact) {
    double length = Math.hypot(Math.hypot(exact[0], exact[1]), exact[2]);
    return Offset.offset((float) (1e-4 * (1 + length)));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void aTreeIsWithinAFewPercentOfAllPairs(ForceKernels kernels) {
    for (Bodies bodies : List.of(Clouds.ball(4_000, 100, 1), Clouds.clumps(3_000, 2))) {
      new Repulsion(kernels).pushByTree(bodies, EVERYWHERE, Crew.ALONE);
      assertThat(Clouds.error(bodies, EVERYWHERE)).isBetween(0.0, 0.05);
      new Repulsion(kernels).pushByTree(bodies, NEARBY, Crew.ALONE);
      assertThat(Clouds.error(bodies, NEARBY)).isBetween(0.0, 0.05);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void forcesAddUpToNothing(ForceKernels kernels) {
    Bodies bodies = Clouds.ball(4_000, 100, 3);
    new Repulsion(kernels).push(bodies, 4_000, EVERYWHERE, Crew.ALONE);
    double sum = 0;
    double sizes = 0;
    for (int i = 0; i < 4_000; i++) {
      sum += bodies.force.x[i];
      sizes += Math.abs(bodies.force.x[i]);
    }
    assertThat(Math.abs(sum)).isLessThan(1e-5 * sizes);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void bodiesOnOneSpotAndOneFarOffAreNoTrouble(ForceKernels kernels) {
    Bodies bodies = Clouds.ball(2_000, 0, 4);
    bodies.put(2_000, Layout.EDGE_OF_SPACE, -Layout.EDGE_OF_SPACE, Layout.EDGE_OF_SPACE);
    for (int i = 2_001; i < 4_000; i++) {
      bodies.put(i, i * 1e-3f, 0, 0);
    }
    new Repulsion(kernels).pushByTree(bodies, EVERYWHERE, Crew.ALONE);
    assertThat(Clouds.error(bodies, EVERYWHERE)).isLessThan(0.05);
    assertThat(bodies.force.x[0]).isEqualTo(bodies.force.x[1_999]);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void twoThreadsFindTheSameToTheLastBit(ForceKernels kernels) throws InterruptedException {
    Bodies alone = Clouds.ball(9_000, 100, 5);
    Bodies together = Clouds.ball(9_000, 100, 5);
    new Repulsion(kernels).push(alone, 9_000, EVERYWHERE, Crew.ALONE);
    try (ThreadCrew crew = new ThreadCrew(3)) {
      new Repulsion(kernels).push(together, 9_000, EVERYWHERE, crew);
    }
    assertThat(together.force.x).isEqualTo(alone.force.x);
    assertThat(together.force.y).isEqualTo(alone.force.y);
    assertThat(together.force.z).isEqualTo(alone.force.z);
  }
}
