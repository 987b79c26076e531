/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.graphs.CompactAdjacency;
import dev.starling.graphs.paths.DeltaStepping;
import dev.starling.graphs.paths.ShortestPathTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import org.jgrapht.alg.interfaces.ShortestPathAlgorithm.SingleSourcePaths;
import org.jgrapht.alg.shortestpath.DijkstraShortestPath;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.SimpleWeightedGraph;

/** Finds all shortest paths from a node, with the parents on them. */
interface PathFinder {

  /** Finds them; keeps the last ones. */
  void find(int source);

  /** The distance of a node from the last source, +∞ where it is out of reach. */
  double distance(int node);

  String version();

  static PathFinder of(String system, EdgeList edges) {
    return switch (system) {
      case "starling" -> new Starling(edges.adjacency());
      case "jgrapht" -> new Jgrapht(edges);
      default -> throw new IllegalArgumentException("no system " + system);
    };
  }

  /** Delta-stepping. */
  final class Starling implements PathFinder {
    private final DeltaStepping steps = new DeltaStepping();
    private final CompactAdjacency graph;
    private ShortestPathTree tree = new ShortestPathTree(0);

    Starling(CompactAdjacency graph) {
      this.graph = graph;
    }

    @Override
    public void find(int source) {
      tree = new ShortestPathTree(source);
      steps.run(graph, tree);
    }

    /** Mends the last paths for a graph in which one edge is shorter than it was. */
    void mend(CompactAdjacency changed, int a, int b) {
      steps.shortened(changed, tree, a, b);
    }

    @Override
    public double distance(int node) {
      return tree.distance()[node];
    }

    @Override
    public String version() {
      return "Java " + Runtime.version();
    }
  }

  /** Dijkstra's algorithm on a pairing heap, as the library has it. */
  final class Jgrapht implements PathFinder {
    private static final String MADE = "/META-INF/maven/org.jgrapht/jgrapht-core/pom.properties";

    private final SimpleWeightedGraph<Integer, DefaultWeightedEdge> graph =
        new SimpleWeightedGraph<>(DefaultWeightedEdge.class);
    private final DijkstraShortestPath<Integer, DefaultWeightedEdge> dijkstra =
        new DijkstraShortestPath<>(graph);
    private SingleSourcePaths<Integer, DefaultWeightedEdge> paths;

    Jgrapht(EdgeList edges) {
      for (int node = 0; node < edges.nodes(); node++) {
        graph.addVertex(node);
      }
      for (int edge = 0; edge < edges.edges(); edge++) {
        DefaultWeightedEdge added =
            graph.addEdge(edges.ends()[2 * edge], edges.ends()[2 * edge + 1]);
        graph.setEdgeWeight(added, edges.length(edge));
      }
      paths = dijkstra.getPaths(0);
    }

    @Override
    public void find(int source) {
      paths = dijkstra.getPaths(source);
    }

    @Override
    public double distance(int node) {
      return paths.getWeight(node);
    }

    @Override
    public String version() {
      Properties made = new Properties();
      try (InputStream file = DijkstraShortestPath.class.getResourceAsStream(MADE)) {
        made.load(Objects.requireNonNull(file, MADE));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return "JGraphT " + made.getProperty("version") + ", Java " + Runtime.version();
    }
  }
}
