/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.graphs.CompactAdjacency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GeneratedGraphsTest {
  private static final String PARAGRAPHS =
      """
      Package: app
      Depends: libb (>= 2), liba:any | libc, ghost
      Pre-Depends: base
      Description: an app
       Depends: nothing, this is text

      Package: liba
      Depends: base, app

      Package: libb
      Recommends: libc [amd64]
      Suggests: extra

      Package: libc

      Package: base

      Package: extra
      """;

  @TempDir private Path folder = Path.of("");

  @Test
  void shouldJoinPackagesToTheFirstAlternativeOfWhatTheyNeed() {
    EdgeList graph = DebianPackages.parse(PARAGRAPHS.lines()).around("app", 5);
    // app 0; then base 1, liba 2, libb 3 by their names; libc 4 by way of libb
    assertThat(graph.ends()).containsExactly(0, 1, 0, 2, 0, 3, 1, 2, 3, 4);
  }

  @Test
  void shouldCutBySearchInBreadth() {
    EdgeList graph = DebianPackages.parse(PARAGRAPHS.lines()).around("libc", 3);
    // libc 0, libb 1, app 2
    assertThat(graph.nodes()).isEqualTo(3);
    assertThat(graph.ends()).containsExactly(0, 1, 1, 2);
  }

  @Test
  void shouldSayWhereAPackageIsMissingOrReachesTooFew() {
    DebianPackages packages = DebianPackages.parse(PARAGRAPHS.lines());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> packages.around("none", 2))
        .withMessageContaining("no package none among the 6");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> packages.around("app", 6))
        .withMessageContaining("app reaches 5 packages, of 6 wanted");
  }

  @Test
  void shouldPlantBlocksWhoseNodesKnowEachOtherBest() {
    PlantedPartition partition = new PlantedPartition(1_000, 10, 8, 2.7, 1);
    EdgeList graph = partition.edges();
    assertThat(graph.edges()).isEqualTo(5_350);
    long inner =
        IntStream.range(0, graph.edges())
            .filter(edge -> graph.ends()[2 * edge] / 100 == graph.ends()[2 * edge + 1] / 100)
            .count();
    assertThat(inner / 5_350.0).isBetween(0.72, 0.82);
    assertThat(partition.edges().ends()).isEqualTo(graph.ends());
  }

  @Test
  void shouldGrowHubsInAScaleFreeGraph() {
    EdgeList list = new ScaleFree(2_000, 3, 1).edges();
    assertThat(list.edges()).isEqualTo(3 * 2_000 - 6);
    CompactAdjacency graph = list.adjacency();
    int greatest = IntStream.range(0, 2_000).map(graph::degree).max().orElseThrow();
    assertThat(greatest).isGreaterThan(60);
    assertThat(IntStream.range(3, 2_000).map(graph::degree).min().orElseThrow()).isEqualTo(3);
  }

  @Test
  void shouldMakeEachFileOnceAndRefuseNamesThatAreNone() throws IOException {
    GraphFiles files = new GraphFiles(folder, "base-files");
    Path made = files.plain("sbm1k");
    Files.writeString(made, "0 1\n");
    assertThat(Files.readString(files.plain("sbm1k"))).isEqualTo("0 1\n");
    assertThat(Files.readString(files.roads("sbm1k"))).startsWith("0 1 0.");
    for (String wrong : new String[] {"tree1k", "ba0k", "ba33k", "ba", "../ba1k"}) {
      assertThatThrownBy(() -> files.plain(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
