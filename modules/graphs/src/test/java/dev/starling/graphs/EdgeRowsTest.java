/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EdgeRowsTest {
  private static final int LEAVES = 200_000;
  private static final int HUB = 0;

  private final EdgeRows rows = new EdgeRows();

  private static void eachLeaf(IntConsumer action) {
    for (int leaf = 1; leaf <= LEAVES; leaf++) {
      action.accept(leaf);
    }
  }

  private void assertStar(float more) {
    assertThat(rows.edges()).isEqualTo(LEAVES);
    assertThat(rows.degree(HUB)).isEqualTo(LEAVES);
    for (int k = rows.start(HUB); k < rows.end(HUB); k++) {
      int leaf = rows.neighbours()[k];
      assertThat(rows.weights()[k]).isEqualTo(leaf + more);
      assertThat(rows.degree(leaf)).isEqualTo(1);
      assertThat(rows.weight(leaf, HUB)).isEqualTo(leaf + more);
    }
  }

  private void assertBare() {
    assertThat(rows.edges()).isZero();
    assertThat(rows.degree(HUB)).isZero();
    eachLeaf(leaf -> assertThat(rows.degree(leaf)).isZero());
  }

  /** A search through the hub's row for each edge would cost the square of the leaves. */
  @Test
  void aGreatStarIsBuiltReweighedAndTakenApartEdgeByEdge() {
    rows.growTo(LEAVES + 1);
    eachLeaf(leaf -> rows.put(HUB, leaf, leaf));
    assertStar(0);
    eachLeaf(leaf -> rows.put(leaf, HUB, leaf + 1));
    assertStar(1);
    eachLeaf(leaf -> assertThat(rows.remove(HUB, LEAVES + 1 - leaf)).isTrue());
    assertBare();
    eachLeaf(leaf -> rows.put(leaf, HUB, leaf + 2));
    assertStar(2);
    eachLeaf(rows::clear);
    assertBare();
    eachLeaf(leaf -> rows.put(HUB, leaf, leaf + 3));
    assertStar(3);
    rows.clear(HUB);
    assertBare();
  }

  /** Each of so many hubs goes, and has neighbours that are hubs. */
  @Test
  void hubsAmongHubsGoOneByOne() {
    int hubs = 2_000;
    rows.growTo(2 * hubs);
    for (int a = 0; a < hubs; a++) {
      for (int b = hubs; b < 2 * hubs; b++) {
        rows.put(a, b, 1);
      }
    }
    assertThat(rows.edges()).isEqualTo((long) hubs * hubs);
    for (int b = hubs; b < 2 * hubs; b++) {
      rows.clear(b);
    }
    assertThat(rows.edges()).isZero();
  }

  @Test
  void hubsThatAreNoneAnyMoreGiveTheirRoomBack() {
    int nodes = 3_000;
    rows.growTo(nodes);
    for (int hub = 0; hub < nodes; hub++) {
      for (int v = 0; v < nodes; v++) {
        if (v != hub) {
          rows.put(hub, v, 1);
        }
      }
      rows.clear(hub);
    }
    assertThat(rows.edges()).isZero();
    assertThat(rows.neighbours()).hasSizeLessThan(20 * nodes);
  }

  /**
   * Rows as lists. The order is part of what is promised: copies of a graph that are made by the
   * same edits are the same.
   */
  private static final class Model {
    private final List<List<Integer>> neighbours = new ArrayList<>();
    private final List<List<Float>> weights = new ArrayList<>();

    Model(int size) {
      for (int v = 0; v < size; v++) {
        neighbours.add(new ArrayList<>());
        weights.add(new ArrayList<>());
      }
    }

    void put(int a, int b, float weight) {
      set(a, b, weight);
      set(b, a, weight);
    }

    private void set(int row, int neighbour, float weight) {
      int k = neighbours.get(row).indexOf(neighbour);
      if (k < 0) {
        neighbours.get(row).add(neighbour);
        weights.get(row).add(weight);
      } else {
        weights.get(row).set(k, weight);
      }
    }

    boolean remove(int a, int b) {
      return cut(a, b) && cut(b, a);
    }

    private boolean cut(int row, int neighbour) {
      int k = neighbours.get(row).indexOf(neighbour);
      if (k >= 0) {
        fill(neighbours.get(row), k);
        fill(weights.get(row), k);
      }
      return k >= 0;
    }

    private static <T> void fill(List<T> row, int k) {
      T last = row.removeLast();
      if (k < row.size()) {
        row.set(k, last);
      }
    }

    void clear(int node) {
      neighbours.get(node).forEach(neighbour -> cut(neighbour, node));
      neighbours.get(node).clear();
      weights.get(node).clear();
    }
  }

  private void assertLike(Model model) {
    long ends = 0;
    for (int v = 0; v < rows.size(); v++) {
      List<Integer> neighbours = new ArrayList<>();
      List<Float> weights = new ArrayList<>();
      for (int k = rows.start(v); k < rows.end(v); k++) {
        neighbours.add(rows.neighbours()[k]);
        weights.add(rows.weights()[k]);
      }
      assertThat(neighbours).isEqualTo(model.neighbours.get(v));
      assertThat(weights).isEqualTo(model.weights.get(v));
      ends += neighbours.size();
    }
    assertThat(rows.edges()).isEqualTo(ends / 2);
  }

  /**
   * Three nodes, next to each other as well, grow long rows and lose them again, so that each
   * becomes longer than {@link EdgeRows#LONG} and shorter than {@link EdgeRows#SHORT} many times.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void randomEditsLeaveRowsAsTheyWouldLeaveLists(long seed) {
    int hubs = 3;
    int size = 2 * EdgeRows.LONG;
    Random random = new Random(seed);
    Model model = new Model(size);
    rows.growTo(size);
    int longest = 0;
    for (int step = 0; step < 80_000; step++) {
      boolean isGrowing = step / 10_000 % 2 == 0;
      int a = random.nextInt(hubs);
      int b = random.nextInt(size);
      if (a != b) {
        edit(a, b, random.nextInt(20) < (isGrowing ? 16 : 1), random, model);
      }
      if (random.nextInt(4_000) == 0) {
        rows.clear(a);
        model.clear(a);
      }
      longest = Math.max(longest, rows.degree(a));
      if (step % 1_500 == 0) {
        assertLike(model);
      }
    }
    assertLike(model);
    assertThat(longest).isGreaterThan(EdgeRows.LONG);
    assertThat(rows.degree(HUB)).isLessThan(EdgeRows.SHORT);
  }

  private void edit(int a, int b, boolean isPut, Random random, Model model) {
    int from = random.nextBoolean() ? a : b;
    int to = from == a ? b : a;
    if (isPut) {
      float weight = 1 + random.nextInt(9);
      rows.put(from, to, weight);
      model.put(from, to, weight);
      assertThat(rows.weight(to, from)).isEqualTo(weight);
    } else {
      assertThat(rows.remove(from, to)).isEqualTo(model.remove(from, to));
      assertThat(rows.weight(from, to)).isZero();
    }
  }
}
