/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.frames;

import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What all who watch want together.
 *
 * @param rate most frames a second that any of them takes; 0 where nobody watches
 * @param sources slots that they chose shortest paths from
 */
public record Demand(int rate, SortedSet<Integer> sources) {
  /** Nobody watches. */
  public static final Demand NONE = new Demand(0, new TreeSet<>());

  /** Whether anybody does. */
  public boolean isWatched() {
    return rate > 0;
  }
}
