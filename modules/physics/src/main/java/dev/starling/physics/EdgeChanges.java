/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import java.util.ArrayList;
import java.util.List;

/**
 * Which edges changed since somebody looked, oldest first, up to a bound behind which only that it
 * was more is known. One thread at a time.
 */
final class EdgeChanges {
  /** Beyond so many, computing shortest paths anew is cheaper than looking at each change. */
  static final int MOST = 256;

  /**
   * An edge that changed.
   *
   * @param before its weight; 0 where there was none
   * @param after its weight; 0 where there is none
   */
  record Change(int a, int b, float before, float after) {
    /** Whether no path became longer by it. */
    boolean shortens() {
      return after > before;
    }
  }

  private final List<Change> changes = new ArrayList<>();
  private boolean areMore;

  /** Changes of which none is known. */
  static EdgeChanges tooMany() {
    EdgeChanges changes = new EdgeChanges();
    changes.areMore = true;
    return changes;
  }

  void add(int a, int b, float before, float after) {
    if (before == after) {
      return;
    }
    if (changes.size() < MOST) {
      changes.add(new Change(a, b, before, after));
    } else {
      areMore = true;
    }
  }

  /** Whether there are changes that are not in {@link #all}. */
  boolean areMore() {
    return areMore;
  }

  /** Those that are known. */
  List<Change> all() {
    return List.copyOf(changes);
  }

  boolean isEmpty() {
    return changes.isEmpty() && !areMore;
  }
}
