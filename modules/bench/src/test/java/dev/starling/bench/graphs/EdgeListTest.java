/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.graphs.CompactAdjacency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EdgeListTest {
  private static final EdgeList SQUARE =
      new EdgeList(4, new int[] {0, 1, 1, 2, 2, 3, 3, 0}, new float[0]);

  @TempDir private Path folder = Path.of("");

  @Test
  void shouldReadWhatWasWritten() throws IOException {
    Path file = folder.resolve("deep/square.txt");
    SQUARE.write(file);
    assertThat(Files.readAllLines(file)).containsExactly("0 1", "1 2", "2 3", "3 0");
    EdgeList read = EdgeListReader.read(file);
    assertThat(read.nodes()).isEqualTo(4);
    assertThat(read.ends()).isEqualTo(SQUARE.ends());
    assertThat(read.length(2)).isEqualTo(1);
  }

  @Test
  void shouldKeepLengthsToTheLastBit() throws IOException {
    EdgeList roads = SQUARE.withLengths(new Roads(7));
    Path file = folder.resolve("roads.txt");
    roads.write(file);
    assertThat(EdgeListReader.read(file).lengths()).isEqualTo(roads.lengths());
    CompactAdjacency graph = roads.adjacency();
    assertThat(1 / graph.weights()[graph.start(0)]).isEqualTo(roads.length(0));
  }

  @Test
  void shouldMakeRoadsWhoseSumsAreExactAndThatDoNotCareForTheirDirection() {
    Roads roads = new Roads(3);
    for (int a = 0; a < 500; a++) {
      float length = roads.length(a, 7 * a + 1);
      assertThat(length).isEqualTo(roads.length(7 * a + 1, a)).isBetween(1 / 256f, 1f);
      assertThat(length * 256).isEqualTo((float) Math.rint(length * 256));
      assertThat(1 / (1 / length)).isEqualTo(length);
    }
  }

  @Test
  void shouldNameTheLineThatIsNoEdge() throws IOException {
    for (String wrong :
        List.of("1", "1 1", "0 x", "-1 2", "1 2 3 4", "0 2 0", "0 2 NaN", "1 0", "")) {
      Path file = folder.resolve("wrong.txt");
      Files.writeString(file, "0 1\n" + wrong + "\n");
      assertThatThrownBy(() -> EdgeListReader.read(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("line 2: expected an edge")
          .hasMessageEndingWith("got: " + wrong);
    }
  }
}
