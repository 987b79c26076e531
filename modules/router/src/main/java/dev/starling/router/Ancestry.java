/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.protocol.mesh.RouterMessage.Ancestor;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an outcome derives from.
 *
 * @param hops how many syntheses deep it is
 * @param sources the agents that anything it derives from came from
 */
record Ancestry(int hops, Set<String> sources) {
  /** Sources that one outcome is remembered with at most; older ones are left out first. */
  private static final int MOST_SOURCES = 256;

  static final Ancestry NONE = new Ancestry(0, Set.of());

  Ancestry {
    sources = Set.copyOf(sources);
  }

  /** The ancestry of an outcome whose client says it is {@code hops} deep, from what is known. */
  static Ancestry of(int hops, Collection<Ancestor> parents) {
    int deepest = hops;
    Set<String> sources = new LinkedHashSet<>();
    for (Ancestor parent : parents) {
      deepest = Math.max(deepest, parent.hops() + 1);
      sources.addAll(parent.sources());
    }
    return new Ancestry(deepest, sources);
  }

  /** How this outcome is remembered as an ancestor of others. */
  Ancestor asAncestor(String outcomeId, String source) {
    List<String> all =
        Stream.concat(Stream.of(source), sources.stream()).distinct().limit(MOST_SOURCES).toList();
    return new Ancestor(outcomeId, hops, all);
  }
}
