/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotPoolTest {
  private final SlotPool pool = new SlotPool();

  /** Each slot in one set or another. */
  private static final class Model {
    private final TreeSet<Integer> free = new TreeSet<>();
    private final TreeSet<Integer> held = new TreeSet<>();
    private final Map<Integer, Long> resting = new TreeMap<>();

    private int unused() {
      return free.size() + held.size() + resting.size();
    }

    int next() {
      return free.isEmpty() ? unused() : free.first();
    }

    boolean take(int slot) {
      for (int skipped = unused(); skipped <= slot; skipped++) {
        free.add(skipped);
      }
      return (free.remove(slot) || resting.remove(slot) != null) && held.add(slot);
    }

    void rest(int slot, long version) {
      held.remove(slot);
      resting.put(slot, version);
    }

    void recycle(long version) {
      for (Iterator<Map.Entry<Integer, Long>> all = resting.entrySet().iterator();
          all.hasNext(); ) {
        Map.Entry<Integer, Long> one = all.next();
        if (one.getValue() <= version) {
          free.add(one.getKey());
          all.remove();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void slotsGoRoundAsTheyWouldBetweenSets(long seed) {
    Random random = new Random(seed);
    Model model = new Model();
    for (int version = 1; version <= 20_000; version++) {
      switch (random.nextInt(8)) {
        case 0 -> {
          int slot = model.next();
          assertThat(pool.next(3)[0]).isEqualTo(slot);
          assertThat(pool.take()).isEqualTo(slot);
          model.take(slot);
        }
        case 1, 2, 3 -> {
          int slot = random.nextInt(version < 10_000 ? 100 : 150);
          assertThat(pool.take(slot)).isEqualTo(model.take(slot));
        }
        case 4, 5, 6 -> rest(random, version, model);
        default -> {
          int told = version - random.nextInt(200);
          pool.recycle(told);
          model.recycle(told);
        }
      }
      assertThat(pool.taken()).isEqualTo(model.held.size() + model.resting.size());
    }
  }

  private void rest(Random random, long version, Model model) {
    Integer slot = model.held.ceiling(random.nextInt(150));
    if (slot != null) {
      pool.rest(slot, version);
      model.rest(slot, version);
    }
  }

  /** As in a copy of a graph, where nothing is recycled. */
  @Test
  void allThatRestAreTakenAgainInAnyOrder() {
    int slots = 200_000;
    for (int slot = 0; slot < slots; slot++) {
      assertThat(pool.take()).isEqualTo(slot);
    }
    for (int round = 0; round < 3; round++) {
      for (int slot = 0; slot < slots; slot++) {
        pool.rest(slot, (long) round * slots + slot);
      }
      for (int slot = slots - 1; slot >= 0; slot--) {
        assertThat(pool.take(slot)).isTrue();
        assertThat(pool.take(slot)).isFalse();
      }
    }
    pool.recycle(Long.MAX_VALUE);
    assertThat(pool.take()).isEqualTo(slots);
  }
}
