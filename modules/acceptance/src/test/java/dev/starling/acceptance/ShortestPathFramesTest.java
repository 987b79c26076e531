/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.Eventually;
import dev.starling.testkit.FrameClient.Node;
import dev.starling.testkit.NodeProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jgrapht.Graph;
import org.jgrapht.Graphs;
import org.jgrapht.alg.interfaces.ShortestPathAlgorithm.SingleSourcePaths;
import org.jgrapht.alg.shortestpath.DijkstraShortestPath;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.SimpleWeightedGraph;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The shortest paths in position frames beside those that JGraphT's Dijkstra finds in the same
 * graph, while the graph changes through {@code /api/graph}.
 */
class ShortestPathFramesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final double ROUNDING = 1e-5;
  private static final int NODES = 300;
  private static final int EDGES = 330; // so few that parts of the graph hang together with none
  private static final int ROUNDS = 20;

  @SuppressWarnings("NullAway.Init")
  private static NodeProcess node;

  /** The same graph, whose edges are as long as the contract says. */
  private final Graph<String, DefaultWeightedEdge> lengths =
      new SimpleWeightedGraph<>(DefaultWeightedEdge.class);

  @BeforeAll
  static void start() {
    node = NodeProcess.start().awaitReady();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private void put(String a, String b, double weight) {
    DefaultWeightedEdge edge =
        lengths.containsEdge(a, b) ? lengths.getEdge(a, b) : lengths.addEdge(a, b);
    lengths.setEdgeWeight(edge, 1 / weight);
  }

  private JsonObject whole() {
    JsonArray nodes = new JsonArray();
    lengths.vertexSet().forEach(key -> nodes.add(GraphDocument.node(key)));
    JsonArray edges = new JsonArray();
    lengths
        .edgeSet()
        .forEach(edge ->
            edges.add(
                GraphDocument.edge(
                    lengths.getEdgeSource(edge),
                    lengths.getEdgeTarget(edge),
                    1 / lengths.getEdgeWeight(edge))));
    return new JsonObject().put("nodes", nodes).put("edges", edges);
  }

  private static void change(String method, String path, JsonObject document) {
    NodeProcess.Answer answer =
        method.equals("POST")
            ? node.post(path, document.encode())
            : node.delete(path, document.encode());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  /** Waits until a frame has the paths of the graph as it is now. */
  private void awaitPaths(Watcher watcher, String source, String after) {
    SingleSourcePaths<String, DefaultWeightedEdge> oracle =
        new DijkstraShortestPath<>(lengths).getPaths(source);
    Map<String, Integer> ids = GraphDocument.of(node).ids();
    String[] difference = {""};
    try {
      Eventually.eventually(
          after,
          PATIENCE,
          () -> {
            difference[0] = difference(watcher.last(), ids, oracle, source);
            return difference[0].isEmpty();
          });
    } catch (AssertionError e) {
      throw new AssertionError(after + ": " + difference[0], e);
    }
  }

  /** What is wrong in a frame; empty where nothing is. */
  private String difference(
      Map<Integer, Node> frame,
      Map<String, Integer> ids,
      SingleSourcePaths<String, DefaultWeightedEdge> oracle,
      String source) {
    if (!frame.keySet().equals(Set.copyOf(ids.values()))) {
      return "other nodes";
    }
    Map<Integer, String> keys =
        ids.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
    return ids.entrySet().stream()
        .filter(one ->
            !isRight(
                Objects.requireNonNull(frame.get(one.getValue())),
                one.getKey(),
                keys,
                oracle,
                source))
        .map(one ->
            one.getKey()
                + " is "
                + frame.get(one.getValue())
                + ", to be at "
                + oracle.getWeight(one.getKey()))
        .findFirst()
        .orElse("");
  }

  /** Of several parents on paths of one length each is right. */
  private boolean isRight(
      Node row,
      String key,
      Map<Integer, String> keys,
      SingleSourcePaths<String, DefaultWeightedEdge> oracle,
      String source) {
    double distance = oracle.getWeight(key);
    if (key.equals(source)) {
      return row.distance() == 0 && row.parent() == -1;
    }
    if (Double.isInfinite(distance)) {
      return row.distance() == Float.POSITIVE_INFINITY && row.parent() == -1;
    }
    String parent = keys.get(row.parent());
    if (parent == null || !lengths.containsEdge(parent, key)) {
      return false;
    }
    double throughParent =
        oracle.getWeight(parent) + lengths.getEdgeWeight(lengths.getEdge(parent, key));
    return isNear(row.distance(), distance) && isNear(throughParent, distance);
  }

  private static boolean isNear(double a, double b) {
    return Math.abs(a - b) <= ROUNDING * Math.max(a, b);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void pathsInARandomGraphAreDijkstrasThroughAdditionsRemovalsAndOtherWeights(long seed) {
    Random random = new Random(seed);
    IntStream.range(0, NODES).forEach(i -> lengths.addVertex("n" + i));
    for (int i = 0; i < EDGES; i++) {
      String a = "n" + random.nextInt(NODES);
      String b = "n" + random.nextInt(NODES);
      if (!a.equals(b)) {
        put(a, b, weight(random));
      }
    }
    GraphDocument.replace(node, whole());
    String source = "n" + random.nextInt(NODES);
    try (Watcher watcher = new Watcher(node.httpPort())) {
      watcher.await("all are there", frame -> frame.size() == NODES);
      watcher.say("node_selected", source);
      awaitPaths(watcher, source, "at first");
      assertThat(watcher.last().values().stream().filter(row -> Float.isInfinite(row.distance())))
          .isNotEmpty();
      for (int round = 0; round < ROUNDS; round++) {
        awaitPaths(watcher, source, "round " + round + ": " + changed(random, source));
      }
    }
  }

  private static double weight(Random random) {
    return (1 + random.nextInt(100)) / 10.0;
  }

  /** Makes one change of some kind, in the oracle and in the mesh; what it was. */
  private String changed(Random random, String source) {
    List<String> keys = lengths.vertexSet().stream().sorted().toList();
    String a = keys.get(random.nextInt(keys.size()));
    String b = keys.get(random.nextInt(keys.size()));
    List<DefaultWeightedEdge> edges = List.copyOf(lengths.edgeSet());
    DefaultWeightedEdge some = edges.get(random.nextInt(edges.size()));
    return switch (random.nextInt(4)) {
      case 0 -> removed(some);
      case 1 -> weighed(lengths.getEdgeSource(some), lengths.getEdgeTarget(some), weight(random));
      case 2 -> a.equals(b) ? removed(some) : weighed(a, b, weight(random));
      default -> a.equals(source) ? removed(some) : removed(a);
    };
  }

  private String weighed(String a, String b, double weight) {
    put(a, b, weight);
    change(
        "POST",
        "/api/graph/edges",
        new JsonObject().put("edges", new JsonArray().add(GraphDocument.edge(a, b, weight))));
    return a + "–" + b + " weighs " + weight;
  }

  private String removed(DefaultWeightedEdge edge) {
    String a = lengths.getEdgeSource(edge);
    String b = lengths.getEdgeTarget(edge);
    lengths.removeEdge(edge);
    JsonArray ends = new JsonArray().add(new JsonArray().add(a).add(b));
    change("DELETE", "/api/graph/edges", new JsonObject().put("edges", ends));
    return a + "–" + b + " is gone";
  }

  private String removed(String key) {
    lengths.removeVertex(key);
    change("DELETE", "/api/graph/nodes", new JsonObject().put("nodes", new JsonArray().add(key)));
    return key + " is gone";
  }

  /** Each module of this JDK is tied to those that it requires and to the packages it exports. */
  @Test
  void pathsAmongTheModulesOfTheJdkAreDijkstras() {
    for (ModuleReference module : ModuleFinder.ofSystem().findAll()) {
      ModuleDescriptor descriptor = module.descriptor();
      descriptor.exports().forEach(one -> tie(descriptor.name(), "package " + one.source(), 1));
      descriptor.requires().forEach(one -> tie(descriptor.name(), one.name(), 2));
    }
    lengths.addVertex("on its own");
    GraphDocument.replace(node, whole());
    assertThat(lengths.vertexSet().size()).isGreaterThan(300);
    try (Watcher watcher = new Watcher(node.httpPort())) {
      watcher.say("node_selected", "java.sql");
      awaitPaths(watcher, "java.sql", "at first");
      removed(lengths.getEdge("java.sql", "java.base"));
      awaitPaths(watcher, "java.sql", "without what it needs most");
      Graphs.neighborListOf(lengths, "java.sql")
          .forEach(one -> removed(lengths.getEdge("java.sql", one)));
      awaitPaths(watcher, "java.sql", "cut off from all");
      weighed("java.sql", "on its own", 0.5);
      awaitPaths(watcher, "java.sql", "tied to who was alone");
    }
  }

  private void tie(String a, String b, double weight) {
    lengths.addVertex(a);
    lengths.addVertex(b);
    put(a, b, weight);
  }
}
