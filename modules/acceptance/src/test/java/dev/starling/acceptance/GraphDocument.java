/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The graph as {@code /api/graph/data} of a node has it. */
record GraphDocument(JsonObject json) {
  private static final String PATH = "/api/graph/data";

  static GraphDocument of(NodeProcess node) {
    NodeProcess.Answer answer = node.get(PATH);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return new GraphDocument(answer.json());
  }

  /** Puts knowledge in the place of what there is. */
  static void replace(NodeProcess node, JsonObject knowledge) {
    NodeProcess.Answer answer = node.put(PATH, knowledge.encode());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  static JsonObject node(String key) {
    return new JsonObject().put("key", key);
  }

  static JsonObject edge(String source, String target, double weight) {
    return new JsonObject().put("source", source).put("target", target).put("weight", weight);
  }

  /** Nodes n0 to n(count-1), each tied to the next, the last to the first. */
  static JsonObject ring(int count) {
    JsonArray nodes = new JsonArray();
    JsonArray edges = new JsonArray();
    IntStream.range(0, count)
        .forEach(i -> {
          nodes.add(node("n" + i));
          edges.add(edge("n" + i, "n" + (i + 1) % count, 1));
        });
    return new JsonObject().put("nodes", nodes).put("edges", edges);
  }

  /** The nodes that nobody is tied to. */
  static JsonObject loose(int count) {
    JsonArray nodes = new JsonArray();
    IntStream.range(0, count).forEach(i -> nodes.add(node("n" + i)));
    return new JsonObject().put("nodes", nodes);
  }

  /** The frame ids by key. */
  Map<String, Integer> ids() {
    return ThreeNodes.objects(json.getJsonArray("nodes")).stream()
        .collect(Collectors.toMap(node -> node.getString("key"), node -> node.getInteger("id")));
  }

  /** The frame id of a node that is there. */
  int id(String key) {
    return Objects.requireNonNull(ids().get(key), "no node has the key " + key);
  }

  /** The weight of the edge between two nodes; 0 where there is none. */
  double weight(String a, String b) {
    Map<String, Integer> ids = ids();
    Integer idOfA = ids.get(a);
    Integer idOfB = ids.get(b);
    return ThreeNodes.objects(json.getJsonArray("edges")).stream()
        .filter(edge -> joins(edge, idOfA, idOfB) || joins(edge, idOfB, idOfA))
        .mapToDouble(edge -> edge.getDouble("weight"))
        .findFirst()
        .orElse(0);
  }

  private static boolean joins(
      JsonObject edge, @Nullable Integer source, @Nullable Integer target) {
    return edge.getInteger("source").equals(source) && edge.getInteger("target").equals(target);
  }
}
