/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.starling.graphs.Graph;
import dev.starling.graphs.NodeKind;
import dev.starling.graphs.layout.Layout;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.FlowServerMessage.GraphUpdate;
import dev.starling.protocol.json.JsonOutput;
import java.io.IOException;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What clients were not told of the graph yet: what came, went and changed, each thing once,
 * however often it did. Beyond a bound only that it was much is kept, and clients read the graph
 * anew. The simulation's thread only.
 */
final class GraphNews {
  /** Nodes and edges that one event lists at the most. */
  static final int MOST = 2_000;

  private static final float NONE = 0;

  private final BitSet added = new BitSet();
  private final BitSet removed = new BitSet();
  private final BitSet changed = new BitSet();

  /** Edges that were touched, and what each weighed before. */
  private final Map<Long, Float> edges = new LinkedHashMap<>();

  private boolean isTooMuch;

  /** A node is about to be put into a slot. */
  void put(int slot, boolean isThere) {
    if (isTooMuch) {
      return;
    }
    if (isThere) {
      if (!added.get(slot)) {
        changed.set(slot);
      }
    } else {
      added.set(slot);
    }
    bound();
  }

  /** The node of a slot is about to be removed. */
  void drop(int slot) {
    if (isTooMuch) {
      return;
    }
    if (added.get(slot)) {
      added.clear(slot);
    } else {
      removed.set(slot);
    }
    changed.clear(slot);
    bound();
  }

  /** The edge between two nodes is about to change. */
  void touch(int a, int b, float before) {
    if (!isTooMuch) {
      edges.putIfAbsent(GraphStore.pair(a, b), before);
      bound();
    }
  }

  private void bound() {
    int size = edges.size();
    if (size <= MOST && added.length() + removed.length() + changed.length() > MOST - size) {
      size += added.cardinality() + removed.cardinality() + changed.cardinality();
    }
    if (size > MOST) {
      clear();
      isTooMuch = true;
    }
  }

  private void clear() {
    added.clear();
    removed.clear();
    changed.clear();
    edges.clear();
  }

  /** What is to be told now; empty where nothing is. */
  Optional<GraphUpdate> take(World world) {
    boolean isNothing =
        added.isEmpty() && removed.isEmpty() && changed.isEmpty() && edges.isEmpty();
    if (isNothing && !isTooMuch) {
      return Optional.empty();
    }
    GraphUpdate update =
        new GraphUpdate(
            things(world, added, weights -> weights.before == NONE && weights.after != NONE),
            gone(world),
            things(world, changed, weights -> weights.before != NONE && weights.after != NONE),
            isTooMuch);
    clear();
    isTooMuch = false;
    return Optional.of(update);
  }

  private record Weights(float before, float after) {}

  private RawJson things(World world, BitSet nodes, Predicate<Weights> which) {
    return new RawJson(
        JsonOutput.bytes(json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("nodes");
          for (int slot : nodes.stream().toArray()) {
            node(json, world, slot);
          }
          json.writeEndArray();
          json.writeArrayFieldStart("edges");
          for (Map.Entry<Long, Float> edge : edges.entrySet()) {
            Weights weights = weights(world, edge);
            if (which.test(weights)) {
              edge(json, edge.getKey(), weights.after);
            }
          }
          json.writeEndArray();
          json.writeEndObject();
        }));
  }

  private RawJson gone(World world) {
    return new RawJson(
        JsonOutput.bytes(json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("nodes");
          for (int slot : removed.stream().toArray()) {
            json.writeNumber(slot);
          }
          json.writeEndArray();
          json.writeArrayFieldStart("edges");
          for (Map.Entry<Long, Float> edge : edges.entrySet()) {
            Weights weights = weights(world, edge);
            if (weights.before != NONE && weights.after == NONE) {
              json.writeArray(new int[] {first(edge.getKey()), second(edge.getKey())}, 0, 2);
            }
          }
          json.writeEndArray();
          json.writeEndObject();
        }));
  }

  private static Weights weights(World world, Map.Entry<Long, Float> edge) {
    Graph graph = world.graph();
    int a = first(edge.getKey());
    int b = second(edge.getKey());
    boolean areThere = graph.isThere(a) && graph.isThere(b);
    return new Weights(edge.getValue(), areThere ? graph.weight(a, b) : NONE);
  }

  private static int first(long pair) {
    return (int) (pair >>> 32);
  }

  private static int second(long pair) {
    return (int) pair;
  }

  /** A node as {@code GET /api/graph/data} has it. */
  static void node(JsonGenerator json, World world, int slot) throws IOException {
    Graph graph = world.graph();
    Layout layout = world.layout();
    json.writeStartObject();
    json.writeNumberField("id", slot);
    json.writeStringField("key", graph.key(slot));
    json.writeStringField("label", graph.label(slot));
    json.writeStringField("kind", kind(graph.kind(slot)));
    json.writeNumberField("x", layout.x(slot));
    json.writeNumberField("y", layout.y(slot));
    json.writeNumberField("z", layout.z(slot));
    json.writeEndObject();
  }

  private static void edge(JsonGenerator json, long pair, float weight) throws IOException {
    json.writeStartObject();
    json.writeNumberField("source", first(pair));
    json.writeNumberField("target", second(pair));
    json.writeNumberField("weight", weight);
    json.writeEndObject();
  }

  private static String kind(NodeKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
