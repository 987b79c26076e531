/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.synthesis;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Outcomes that agree: their fingerprints are near to what they have in common, in which each
 * counts by its confidence. Of many the latest are kept.
 */
final class Topic {
  /** Outcomes kept at most, since a packet names at most 64 that it is made of. */
  static final int MOST = 64;

  private static final int MOST_ROOTS = 1_024;

  private final Deque<Member> members = new ArrayDeque<>();

  /** What all of this was made of in the end: outcomes that were made of no others, by id. */
  private final Set<String> roots = new LinkedHashSet<>();

  private Set<String> told = Set.of();
  private final float[] sum;
  private long bytes;

  /** A topic of fingerprints like this one. */
  Topic(float[] unit) {
    sum = new float[unit.length];
  }

  /** Whether fingerprints of so many dimensions can belong here. */
  boolean isOf(int dimensions) {
    return sum.length == dimensions;
  }

  /**
   * The cosine of a fingerprint and of what is common here.
   *
   * @param unit {@code float[d]} of length 1
   */
  double cosine(float[] unit) {
    double dot = 0;
    double norm = 0;
    for (int i = 0; i < sum.length; i++) {
      dot += (double) sum[i] * unit[i];
      norm += (double) sum[i] * sum[i];
    }
    return norm == 0 ? 0 : dot / Math.sqrt(norm);
  }

  /**
   * Adds an outcome that agrees.
   *
   * @param from ids of the outcomes that it goes back to
   */
  void add(Member member, Set<String> from) {
    members.add(member);
    weigh(member.unit(), member.confidence());
    bytes += member.bytes();
    if (members.size() > MOST) {
      Member oldest = members.remove();
      weigh(oldest.unit(), -oldest.confidence());
      bytes -= oldest.bytes();
    }
    roots.addAll(from);
    while (roots.size() > MOST_ROOTS) {
      roots.remove(roots.iterator().next());
    }
  }

  /** What was taken for an outcome of its own, since only its id was known, is a synthesis. */
  void isSynthesis(String id) {
    roots.remove(id);
  }

  /** Bytes that its outcomes take, about. */
  long bytes() {
    return bytes;
  }

  private void weigh(float[] unit, double weight) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += (float) (weight * unit[i]);
    }
  }

  /** How much is here that was not in what was told last. */
  int news() {
    int news = 0;
    for (String root : roots) {
      news += told.contains(root) ? 0 : 1;
    }
    return news;
  }

  /** How much was in what was told last. */
  int told() {
    return told.size();
  }

  /** All that is here is told now; what takes that back, should nobody have heard it. */
  Runnable tell() {
    Set<String> before = told;
    told = new HashSet<>(roots);
    return () -> told = before;
  }

  /** How many agents' outcomes are here. */
  long sources() {
    return members.stream().map(Member::source).distinct().count();
  }

  /** The outcomes, oldest first. */
  List<Member> members() {
    return List.copyOf(members);
  }

  /** What is common to them, {@code float[d]} of length 1. */
  float[] fingerprint() {
    double norm = 0;
    for (float value : sum) {
      norm += (double) value * value;
    }
    float[] unit = new float[sum.length];
    for (int i = 0; i < unit.length && norm > 0; i++) {
      unit[i] = (float) (sum[i] / Math.sqrt(norm));
    }
    return unit;
  }

  /**
   * How sure one can be of it, 0–1: the mean of their confidences, in which each counts by itself,
   * times how near they are to what they have in common.
   */
  double confidence() {
    double weights = 0;
    double squares = 0;
    double cosines = 0;
    for (Member member : members) {
      weights += member.confidence();
      squares += member.confidence() * member.confidence();
      cosines += cosine(member.unit());
    }
    double mean = weights == 0 ? 0 : squares / weights;
    return Math.clamp(mean * cosines / members.size(), 0, 1);
  }
}
