/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConflaterTest {
  private static final long TICK = 100_000_000L;
  private static final long SECOND = 10 * TICK;

  private final List<String> passed = new ArrayList<>();
  private final AtomicInteger dropped = new AtomicInteger();
  private final Conflater<String> conflater =
      new Conflater<>(
          20, (key, message) -> passed.add(key + message), dropped::incrementAndGet, -SECOND);

  @Test
  void tenPassAtOnceAndTheRestAsTimePasses() {
    for (int i = 0; i < 15; i++) {
      conflater.offer("k" + i + ":", "a", 0);
    }
    assertThat(passed).hasSize(10).startsWith("k0:a").endsWith("k9:a");
    conflater.tick(SECOND - 1);
    assertThat(passed).hasSize(10);
    conflater.tick(SECOND);
    assertThat(passed).hasSize(15).endsWith("k14:a");
    assertThat(dropped).hasValue(0);
  }

  @Test
  void ofWhatHasToWaitOnlyTheLatestAboutTheSameThingPassesInThePlaceOfTheFirst() {
    for (int i = 0; i < 10; i++) {
      conflater.offer("busy" + i, "", 0);
    }
    conflater.offer("a", "1", 0);
    conflater.offer("b", "1", 1);
    conflater.offer("a", "2", 2);
    conflater.offer("a", "3", 3);
    passed.clear();
    conflater.tick(SECOND);
    assertThat(passed).containsExactly("a3", "b1");
    assertThat(dropped).hasValue(0);
  }

  @Test
  void atTheEndEverythingPassesInItsOrder() {
    for (int i = 0; i < 15; i++) {
      conflater.offer("k" + i, "", 0);
    }
    passed.clear();
    conflater.flush();
    assertThat(passed).containsExactly("k10", "k11", "k12", "k13", "k14");
    conflater.tick(SECOND);
    assertThat(passed).hasSize(5);
  }

  @Test
  void nothingOvertakesWhatWaits() {
    for (int i = 0; i < 11; i++) {
      conflater.offer("k" + i, "", 0);
    }
    passed.clear();
    conflater.offer("late", "", SECOND);
    assertThat(passed).isEmpty();
    conflater.tick(SECOND);
    assertThat(passed).containsExactly("k10", "late");
  }

  @Test
  void whatHasWaitedLongestMakesRoomAndIsCounted() {
    for (int i = 0; i < 33; i++) {
      conflater.offer("k" + i, "", 0);
    }
    assertThat(dropped).hasValue(3);
    passed.clear();
    conflater.tick(SECOND);
    conflater.tick(2 * SECOND);
    assertThat(passed).hasSize(20).startsWith("k13").endsWith("k32");
  }

  @Test
  void whateverComesNoSecondHasMoreThanTenAndTheLatestOfEachIsTheLastToPass() {
    Random random = new Random(3);
    List<Long> times = new ArrayList<>();
    String[] latest = new String[8];
    String[] last = new String[8];
    long[] now = {0};
    Conflater<String> watched =
        new Conflater<>(
            8,
            (key, message) -> {
              times.add(now[0]);
              last[Integer.parseInt(key)] = message;
            },
            dropped::incrementAndGet,
            -SECOND);
    for (int step = 0; step < 20_000; step++) {
      now[0] += random.nextInt(5) == 0 ? random.nextLong(3 * SECOND) : random.nextLong(TICK / 4);
      int key = random.nextInt(8);
      latest[key] = "m" + step;
      watched.offer(Integer.toString(key), latest[key], now[0]);
      if (step % 3 == 0) {
        watched.tick(now[0]);
      }
    }
    now[0] += SECOND;
    watched.tick(now[0]);
    assertThat(last).isEqualTo(latest);
    assertThat(dropped).hasValue(0);
    for (int i = 10; i < times.size(); i++) {
      assertThat(times.get(i) - times.get(i - 10)).isGreaterThanOrEqualTo(SECOND);
    }
    assertThat(times).hasSizeGreaterThan(5_000);
  }
}
