/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.graphs.Crew;
import dev.starling.graphs.Graph;
import dev.starling.graphs.Samples;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RepulsionErrorTest {
  private static Layout scattered(int nodes) {
    Layout layout = new Layout(LayoutParameters.defaults(), 3);
    layout.scatter(IntStream.range(0, nodes).toArray());
    return layout;
  }

  @Test
  void fewBodiesRepelEachOtherExactly() {
    assertThat(RepulsionError.of(scattered(500), 500)).isLessThan(1e-5);
    assertThat(RepulsionError.of(new Layout(LayoutParameters.defaults(), 1), 10)).isZero();
  }

  @Test
  void theTreeOfManyIsAFewPercentWrongHoweverManyAreAsked() {
    Layout layout = scattered(4_000);
    double all = RepulsionError.of(layout, 4_000);
    assertThat(all).isBetween(1e-3, 0.05);
    assertThat(RepulsionError.of(layout, 1_000)).isBetween(0.7 * all, 1.4 * all);
  }

  @Test
  void measuringLeavesTheLayoutAsItWas() {
    Graph graph = Samples.blocks(2_000, 10, 8, 2, 5);
    Layout measured = scattered(2_000);
    Layout other = scattered(2_000);
    for (int i = 0; i < 5; i++) {
      RepulsionError.of(measured, 100);
      Tick tick = measured.tick(graph.adjacency(), Crew.ALONE);
      assertThat(tick).isEqualTo(other.tick(graph.adjacency(), Crew.ALONE));
    }
  }
}
