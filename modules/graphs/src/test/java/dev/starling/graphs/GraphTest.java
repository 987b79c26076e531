/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphTest {
  private final Graph graph = new Graph(1_000);

  private int node(String key) {
    return graph.add(NodeKind.KNOWLEDGE, key, key.toUpperCase(Locale.ROOT));
  }

  @Test
  void aNodeHasAKeyALabelAKindAndTheLowestFreeSlot() {
    assertThat(node("a")).isZero();
    assertThat(graph.add(NodeKind.AGENT, "b", "Bee")).isEqualTo(1);
    assertThat(graph.find("b")).isEqualTo(1);
    assertThat(graph.key(1)).isEqualTo("b");
    assertThat(graph.label(1)).isEqualTo("Bee");
    assertThat(graph.kind(1)).isEqualTo(NodeKind.AGENT);
    graph.relabel(1, "Wasp");
    assertThat(graph.label(1)).isEqualTo("Wasp");
    assertThat(graph.nodes()).isEqualTo(2);
    assertThat(graph.find("c")).isEqualTo(Graph.NOBODY);
  }

  @Test
  void aSlotIsNobodyElsesBeforeEverybodyWasTold() {
    int a = node("a");
    int b = node("b");
    graph.remove(a);
    long told = graph.version();
    assertThat(graph.isThere(a)).isFalse();
    assertThat(node("c")).isEqualTo(2);
    graph.remove(b);
    graph.recycle(told);
    assertThat(node("d")).isEqualTo(a);
    assertThat(node("e")).isEqualTo(3);
    graph.recycle(graph.version());
    assertThat(node("f")).isEqualTo(b);
    assertThat(graph.find("a")).isEqualTo(Graph.NOBODY);
  }

  @Test
  void theNextSlotsAreThoseThatNewNodesGet() {
    "abcdef".chars().mapToObj(Character::toString).forEach(this::node);
    graph.remove(graph.find("b"));
    graph.remove(graph.find("e"));
    graph.recycle(graph.version());
    int[] next = graph.nextSlots(4);
    assertThat(next).containsExactly(1, 4, 6, 7);
    for (int slot : next) {
      assertThat(node("new-" + slot)).isEqualTo(slot);
    }
    assertThatExceptionOfType(GraphFullException.class).isThrownBy(() -> graph.nextSlots(993));
    assertThat(graph.nextSlots(992)).hasSize(992);
  }

  @Test
  void edgesGoWithTheirNodesAndOthersStay() {
    int hub = node("hub");
    int[] spokes = new int[50];
    for (int i = 0; i < spokes.length; i++) {
      spokes[i] = node("spoke-" + i);
      graph.connect(hub, spokes[i], i + 1);
    }
    graph.connect(spokes[3], spokes[4], 9);
    graph.remove(hub);
    assertThat(graph.edges()).isEqualTo(1);
    assertThat(graph.weight(spokes[4], spokes[3])).isEqualTo(9);
    assertThat(graph.adjacency().degree(spokes[3])).isEqualTo(1);
    assertThat(graph.adjacency().degree(spokes[5])).isZero();
  }

  @Test
  void anEdgeIsUndirectedAndThereOnlyOnce() {
    int a = node("a");
    int b = node("b");
    graph.connect(a, b, 1);
    graph.connect(b, a, 2.5f);
    assertThat(graph.edges()).isEqualTo(1);
    assertThat(graph.weight(a, b)).isEqualTo(2.5f);
    assertThat(graph.disconnect(b, a)).isTrue();
    assertThat(graph.disconnect(a, b)).isFalse();
    assertThat(graph.edges()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      floats = {
        0,
        -1,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.MIN_VALUE,
        2 * Graph.MOST_WEIGHT,
        0.5f / Graph.MOST_WEIGHT
      })
  void whatIsNoWeightIsRefusedAndChangesNothing(float weight) {
    int a = node("a");
    int b = node("b");
    long version = graph.version();
    assertThatIllegalArgumentException().isThrownBy(() -> graph.connect(a, b, weight));
    assertThat(graph.edges()).isZero();
    assertThat(graph.version()).isEqualTo(version);
  }

  @Test
  void loopsKeysThatAreTakenAndSlotsThatAreEmptyAreRefused() {
    int a = node("a");
    assertThatIllegalArgumentException().isThrownBy(() -> graph.connect(a, a, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> node("a"));
    for (int nowhere : new int[] {-1, 1, Integer.MAX_VALUE}) {
      assertThatIllegalArgumentException().isThrownBy(() -> graph.connect(a, nowhere, 1));
      assertThatIllegalArgumentException().isThrownBy(() -> graph.remove(nowhere));
      assertThat(graph.isThere(nowhere)).isFalse();
    }
  }

  @Test
  void itHoldsAsManyNodesAsItMayAndRemovedOnesCountUntilTheirSlotsAreFree() {
    Graph small = new Graph(2);
    small.add(NodeKind.AGENT, "a", "");
    int b = small.add(NodeKind.AGENT, "b", "");
    assertThatExceptionOfType(GraphFullException.class)
        .isThrownBy(() -> small.add(NodeKind.AGENT, "c", ""));
    small.remove(b);
    assertThatExceptionOfType(GraphFullException.class)
        .isThrownBy(() -> small.add(NodeKind.AGENT, "c", ""));
    small.recycle(small.version());
    assertThat(small.add(NodeKind.AGENT, "c", "")).isEqualTo(b);
  }

  /** Ten thousand random edits, held against plain maps. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomEditsLeaveWhatTheyWouldLeaveInPlainMaps(long seed) {
    Random random = new Random(seed);
    Map<String, Integer> slots = new HashMap<>();
    Map<String, Float> edges = new TreeMap<>();
    for (int step = 0; step < 10_000; step++) {
      String a = "k" + random.nextInt(60);
      String b = "k" + random.nextInt(60);
      switch (random.nextInt(10)) {
        case 0 -> addOrRemove(a, slots, edges);
        case 1 -> graph.recycle(graph.version());
        case 2, 3 -> disconnect(a, b, slots, edges);
        default -> connect(a, b, 1 + random.nextInt(9), slots, edges);
      }
    }
    assertThat(graph.nodes()).isEqualTo(slots.size());
    assertThat(edgesOf(graph)).isEqualTo(edges);
    assertThat(edgesOf(CompactAdjacency.copyOf(graph.adjacency()))).isEqualTo(edges);
    slots.forEach((key, slot) -> assertThat(graph.find(key)).isEqualTo(slot));
  }

  private void addOrRemove(String key, Map<String, Integer> slots, Map<String, Float> edges) {
    Integer slot = slots.remove(key);
    if (slot == null) {
      slots.put(key, node(key));
    } else {
      graph.remove(slot);
      edges.keySet().removeIf(edge -> List.of(edge.split("-", -1)).contains(key));
    }
  }

  private void connect(
      String a, String b, float weight, Map<String, Integer> slots, Map<String, Float> edges) {
    if (slots.containsKey(a) && slots.containsKey(b) && !a.equals(b)) {
      graph.connect(graph.find(a), graph.find(b), weight);
      edges.put(name(a, b), weight);
    }
  }

  private void disconnect(
      String a, String b, Map<String, Integer> slots, Map<String, Float> edges) {
    if (slots.containsKey(a) && slots.containsKey(b) && !a.equals(b)) {
      assertThat(graph.disconnect(graph.find(a), graph.find(b)))
          .isEqualTo(edges.remove(name(a, b)) != null);
    }
  }

  private static String name(String a, String b) {
    return a.compareTo(b) < 0 ? a + "-" + b : b + "-" + a;
  }

  private Map<String, Float> edgesOf(Graph of) {
    assertThat(of.edges()).isEqualTo(edgesOf(of.adjacency()).size());
    return edgesOf(of.adjacency());
  }

  /** Each edge by its name; both of its rows agree. */
  private Map<String, Float> edgesOf(Adjacency rows) {
    Map<String, Float> edges = new TreeMap<>();
    for (int v = 0; v < rows.size(); v++) {
      for (int k = rows.start(v); k < rows.end(v); k++) {
        String name = name(graph.key(v), graph.key(rows.neighbours()[k]));
        Float before = edges.put(name, rows.weights()[k]);
        assertThat(before == null || before == rows.weights()[k]).isTrue();
      }
    }
    return edges;
  }

  @Test
  void aCopyHasItsNodesInTheSlotsOfTheOriginal() {
    Graph copy = new Graph(10);
    copy.addAt(3, NodeKind.AGENT, "d", "");
    copy.addAt(1, NodeKind.KNOWLEDGE, "b", "");
    assertThat(copy.find("d")).isEqualTo(3);
    assertThat(copy.nodes()).isEqualTo(2);
    assertThatIllegalArgumentException().isThrownBy(() -> copy.addAt(3, NodeKind.AGENT, "e", ""));
    assertThatIllegalArgumentException().isThrownBy(() -> copy.addAt(2, NodeKind.AGENT, "b", ""));
    assertThatIllegalArgumentException().isThrownBy(() -> copy.addAt(10, NodeKind.AGENT, "f", ""));
    assertThat(copy.add(NodeKind.AGENT, "a", "")).isZero();
    assertThat(copy.add(NodeKind.AGENT, "c", "")).isEqualTo(2);
    assertThat(copy.add(NodeKind.AGENT, "e", "")).isEqualTo(4);
  }

  @Test
  void aCopyMayHaveASlotThatRests() {
    Graph copy = new Graph(10);
    copy.addAt(0, NodeKind.AGENT, "a", "");
    copy.remove(0);
    copy.addAt(0, NodeKind.AGENT, "b", "");
    copy.recycle(copy.version());
    assertThat(copy.add(NodeKind.AGENT, "c", "")).isEqualTo(1);
  }

  /** A client chooses keys; with {@link String#hashCode} alone these would all be in one place. */
  @Test
  void keysThatWereChosenToCollideAreFoundLikeOthers() {
    List<String> chosen = Samples.collidingKeys(20_000);
    assertThat(chosen.stream().mapToInt(String::hashCode).distinct()).hasSize(1);
    Graph attacked = new Graph(chosen.size());
    chosen.forEach(key -> attacked.add(NodeKind.KNOWLEDGE, key, ""));
    for (int slot = 0; slot < chosen.size(); slot++) {
      assertThat(attacked.find(chosen.get(slot))).isEqualTo(slot);
    }
    for (int slot = 0; slot < chosen.size(); slot += 2) {
      attacked.remove(slot);
    }
    for (int slot = 0; slot < chosen.size(); slot++) {
      int expected = slot % 2 == 0 ? Graph.NOBODY : slot;
      assertThat(attacked.find(chosen.get(slot))).isEqualTo(expected);
    }
  }

  @Test
  void aNodeMayBecomeAnAgent() {
    Graph graph = Samples.nodes(1);
    graph.rekind(0, NodeKind.AGENT);
    assertThat(graph.kind(0)).isEqualTo(NodeKind.AGENT);
    assertThatIllegalArgumentException().isThrownBy(() -> graph.rekind(7, NodeKind.AGENT));
  }
}
