/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.paths;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.graphs.Adjacency;
import dev.starling.graphs.CompactAdjacency;
import dev.starling.graphs.Graph;
import dev.starling.graphs.NodeKind;
import dev.starling.graphs.Samples;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeltaSteppingTest {
  private final DeltaStepping paths = new DeltaStepping();

  private static CompactAdjacency now(Graph graph) {
    return CompactAdjacency.copyOf(graph.adjacency());
  }

  private ShortestPathTree tree(CompactAdjacency graph, int source) {
    ShortestPathTree tree = new ShortestPathTree(source);
    paths.run(graph, tree);
    return tree;
  }

  /** Dijkstra's algorithm as it stands in the books, with the same sums of floats. */
  private static float[] dijkstra(Adjacency graph, int source) {
    record Reached(int node, float distance) {}
    float[] distance = new float[graph.size()];
    Arrays.fill(distance, Float.POSITIVE_INFINITY);
    PriorityQueue<Reached> queue =
        new PriorityQueue<>(Comparator.comparingDouble(Reached::distance));
    distance[source] = 0;
    queue.add(new Reached(source, 0));
    while (!queue.isEmpty()) {
      Reached next = queue.remove();
      if (next.distance() > distance[next.node()]) {
        continue;
      }
      for (int k = graph.start(next.node()); k < graph.end(next.node()); k++) {
        float reached = next.distance() + 1 / graph.weights()[k];
        if (reached < distance[graph.neighbours()[k]]) {
          distance[graph.neighbours()[k]] = reached;
          queue.add(new Reached(graph.neighbours()[k], reached));
        }
      }
    }
    return distance;
  }

  /** Distances are Dijkstra's, and each parent is the last step of such a way. */
  private static void assertShortest(Adjacency graph, ShortestPathTree tree) {
    float[] expected = dijkstra(graph, tree.source());
    for (int v = 0; v < graph.size(); v++) {
      assertThat(tree.distance()[v]).as("distance of %s", v).isEqualTo(expected[v]);
      int parent = tree.parent()[v];
      if (v == tree.source() || expected[v] == Float.POSITIVE_INFINITY) {
        assertThat(parent).isEqualTo(ShortestPathTree.NONE);
      } else {
        assertThat(expected[parent] + length(graph, parent, v)).isEqualTo(expected[v]);
      }
    }
  }

  private static float length(Adjacency graph, int a, int b) {
    for (int k = graph.start(a); k < graph.end(a); k++) {
      if (graph.neighbours()[k] == b) {
        return 1 / graph.weights()[k];
      }
    }
    throw new AssertionError("no edge between " + a + " and " + b);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 1, 1",
    "2, 1, 1, 2",
    "50, 60, 1, 3",
    "500, 450, 10, 4",
    "500, 3000, 1000000, 5",
    "3000, 2000, 1000, 6",
    "3000, 20000, 3, 7"
  })
  void distancesAndParentsAreDijkstrasAlsoWherePartsAreOutOfReach(
      int nodes, int edges, double spread, long seed) {
    CompactAdjacency graph = now(Samples.random(nodes, edges, spread, seed));
    for (int source : new int[] {0, nodes / 2, nodes - 1}) {
      assertShortest(graph, tree(graph, source));
    }
  }

  @Test
  void aSourceThatIsNotInTheGraphReachesNothing() {
    CompactAdjacency graph = now(Samples.random(10, 30, 2, 1));
    ShortestPathTree tree = tree(graph, 10);
    for (int v = 0; v < 10; v++) {
      assertThat(tree.distance()[v]).isEqualTo(Float.POSITIVE_INFINITY);
      assertThat(tree.parent()[v]).isEqualTo(ShortestPathTree.NONE);
    }
  }

  @Test
  void anEdgeThatIsNewOrShorterIsMendedInPlace() {
    Graph graph = Samples.random(400, 700, 100, 8);
    Random random = new Random(9);
    ShortestPathTree tree = tree(now(graph), 0);
    for (int i = 0; i < 300; i++) {
      int a = random.nextInt(400);
      int b = random.nextInt(400);
      if (a != b) {
        float before = graph.weight(a, b);
        float nearer = before == 0 ? 0.001f + random.nextFloat() : 3 * before;
        graph.connect(a, b, Math.min(nearer, Graph.MOST_WEIGHT));
        CompactAdjacency after = now(graph);
        paths.shortened(after, tree, a, b);
        assertShortest(after, tree);
      }
    }
  }

  @Test
  void aNewNodeIsReachedOverItsFirstEdge() {
    Graph graph = new Graph(3);
    int a = graph.add(NodeKind.AGENT, "a", "");
    int b = graph.add(NodeKind.AGENT, "b", "");
    graph.connect(a, b, 2);
    ShortestPathTree tree = tree(now(graph), a);
    int c = graph.add(NodeKind.AGENT, "c", "");
    graph.connect(c, b, 0.5f);
    paths.shortened(now(graph), tree, b, c);
    assertThat(tree.distance()[c]).isEqualTo(2.5f);
    assertThat(tree.parent()[c]).isEqualTo(b);
    assertThat(tree.uses(b, c)).isTrue();
    assertThat(tree.uses(a, c)).isFalse();
  }

  /** An edge outside the tree may go or grow longer without a change of any distance. */
  @Test
  void whatTheTreeDoesNotUseDoesNotMatterWhenItGoes() {
    Graph graph = Samples.random(300, 1_500, 10, 11);
    ShortestPathTree tree = tree(now(graph), 5);
    for (int a = 0; a < 300; a++) {
      for (int b = 0; b < a; b++) {
        if (graph.weight(a, b) != 0 && !tree.uses(a, b)) {
          graph.disconnect(a, b);
        }
      }
    }
    assertThat(graph.edges()).isEqualTo(299);
    assertShortest(now(graph), tree);
  }

  /**
   * A chain so long that distances are rounded by several buckets, since short edges elsewhere made
   * these narrow.
   */
  @ParameterizedTest
  @CsvSource({"1000000, 0, 1", "300000, 2000, 2", "40000, 3000, 3"})
  void nobodyIsLostAtTheEndOfALongChain(int chain, int crowd, long seed) {
    Graph graph = Samples.nodes(chain + crowd);
    Random random = new Random(seed);
    for (int v = 1; v < chain; v++) {
      graph.connect(v - 1, v, 1 + 0.1f * random.nextFloat());
    }
    for (int a = chain; a < chain + crowd; a++) {
      for (int b = chain; b < a; b++) {
        graph.connect(a, b, Graph.MOST_WEIGHT);
      }
    }
    ShortestPathTree tree = tree(now(graph), 0);
    float expected = 0;
    for (int v = 1; v < chain; v++) {
      expected += 1 / graph.weight(v - 1, v);
      assertThat(tree.distance()[v]).as("distance of %s", v).isEqualTo(expected);
      assertThat(tree.parent()[v]).isEqualTo(v - 1);
    }
  }
}
