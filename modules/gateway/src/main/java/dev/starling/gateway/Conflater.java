/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

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
  private static final int PER_MINUTE = 600;

  private final int most;
  private final BiConsumer<String, T> out;
  private final Runnable dropped;
  private final TokenBucket rate;
  private final Map<String, T> waiting = new LinkedHashMap<>();

  /**
   * Lets ten a second through.
   *
   * @param most things about which something may wait; the one that waited longest makes room
   * @param dropped hears of each that had to
   */
  Conflater(int most, BiConsumer<String, T> out, Runnable dropped, long now) {
    this.most = most;
    this.out = out;
    this.dropped = dropped;
    this.rate = new TokenBucket(PER_MINUTE, now);
  }

  /** Passes {@code message} on, now or later, unless a later one about {@code key} comes before. */
  void offer(String key, T message, long now) {
    if (waiting.replace(key, message) != null) {
      return;
    }
    if (waiting.isEmpty() && rate.take(now)) {
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
    while (!waiting.isEmpty() && rate.take(now)) {
      Map.Entry<String, T> first = waiting.entrySet().iterator().next();
      waiting.remove(first.getKey());
      out.accept(first.getKey(), first.getValue());
    }
  }
}
