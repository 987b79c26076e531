/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Lets at most so many a second through, at once while there is room, and keeps only the latest
 * about the same thing of what has to wait. One thread at a time; times are of {@link
 * System#nanoTime}.
 *
 * @param <T> what passes
 */
final class Conflater<T> {
  private static final int MOST_A_SECOND = 10;
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final int most;
  private final BiConsumer<String, T> out;
  private final Runnable dropped;
  private final Map<String, T> waiting = new LinkedHashMap<>();

  /** When the last ones passed: the next to pass takes the place of the first of them. */
  private final long[] passed = new long[MOST_A_SECOND];

  private int first;

  /**
   * Lets ten through in any second.
   *
   * @param most things about which something may wait; the one that waited longest makes room
   * @param dropped hears of each that had to
   */
  Conflater(int most, BiConsumer<String, T> out, Runnable dropped, long now) {
    this.most = most;
    this.out = out;
    this.dropped = dropped;
    Arrays.fill(passed, now - SECOND_NANOS);
  }

  /** Passes {@code message} on, now or later, unless a later one about {@code key} comes before. */
  void offer(String key, T message, long now) {
    if (waiting.replace(key, message) != null) {
      return;
    }
    if (waiting.isEmpty() && takePlace(now)) {
      out.accept(key, message);
      return;
    }
    if (waiting.size() == most) {
      waiting.remove(waiting.keySet().iterator().next());
      dropped.run();
    }
    waiting.put(key, message);
  }

  /** Passes on what there is room for now. */
  void tick(long now) {
    while (!waiting.isEmpty() && takePlace(now)) {
      Map.Entry<String, T> next = waiting.entrySet().iterator().next();
      waiting.remove(next.getKey());
      out.accept(next.getKey(), next.getValue());
    }
  }

  /** Passes on all that waits, whatever room there is: nothing comes after it. */
  void flush() {
    waiting.forEach(out);
    waiting.clear();
  }

  private boolean takePlace(long now) {
    if (now - passed[first] < SECOND_NANOS) {
      return false;
    }
    passed[first] = now;
    first = (first + 1) % MOST_A_SECOND;
    return true;
  }
}
