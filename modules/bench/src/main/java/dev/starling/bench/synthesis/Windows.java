/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.synthesis;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What was routed, by windows of time of one length. Immutable. */
final class Windows {
  private static final double MILLIS_PER_SECOND = 1_000;

  private final List<Routed> all;
  private final List<Routed> counted;
  private final Set<String> agents;
  private final long begin;
  private final long length;
  private final int count;

  /**
   * Sorts what was routed into windows.
   *
   * @param all that was routed, also before the first window
   * @param agents ids of those whose outcomes are syntheses
   * @param begin of the first window, ms since 1970
   * @param length of each, ms
   * @param count how many there are
   */
  Windows(List<Routed> all, Set<String> agents, long begin, long length, int count) {
    this.all = List.copyOf(all);
    this.agents = Set.copyOf(agents);
    this.begin = begin;
    this.length = length;
    this.count = count;
    this.counted =
        all.stream()
            .filter(one -> one.atMillis() >= begin && one.atMillis() < begin + length * count)
            .toList();
  }

  private boolean isSynthesis(Routed one) {
    return agents.contains(one.source());
  }

  /** How many outcomes of clients each window has. */
  int[] in() {
    return counts(one -> !isSynthesis(one));
  }

  /** How many syntheses that were routed each window has. */
  int[] out() {
    return counts(one -> isSynthesis(one) && !one.isExpired());
  }

  private int[] counts(Predicate<Routed> which) {
    int[] counts = new int[count];
    counted.stream()
        .filter(which)
        .forEach(one -> counts[(int) ((one.atMillis() - begin) / length)]++);
    return counts;
  }

  /** All windows, s. */
  double seconds() {
    return length * count / MILLIS_PER_SECOND;
  }

  /** Syntheses for each outcome in the last third of the windows, by those in the first. */
  double trend() {
    int third = count / 3;
    return ratio(count - third, count) / ratio(0, third);
  }

  private double ratio(int from, int to) {
    return (double) Arrays.stream(out(), from, to).sum() / Arrays.stream(in(), from, to).sum();
  }

  /** Hops of each synthesis that was routed, least first. */
  int[] hops() {
    return counted.stream()
        .filter(one -> isSynthesis(one) && !one.isExpired())
        .mapToInt(Routed::hops)
        .sorted()
        .toArray();
  }

  /** Syntheses that were not routed since they were too deep. */
  long expired() {
    return counted.stream().filter(one -> isSynthesis(one) && one.isExpired()).count();
  }

  /** How often any of the agents was to hear an outcome. */
  long heard() {
    return counted.stream()
        .flatMap(one -> one.receivers().stream())
        .filter(agents::contains)
        .count();
  }

  /** Agents that told anything in the windows. */
  long tellers() {
    return counted.stream().filter(this::isSynthesis).map(Routed::source).distinct().count();
  }

  /** Agents that heard something in the windows and never told anything, not even before. */
  Set<String> silent() {
    Set<String> silent = new HashSet<>();
    counted.forEach(one -> silent.addAll(one.receivers()));
    silent.retainAll(agents);
    all.forEach(one -> silent.remove(one.source()));
    return silent;
  }
}
