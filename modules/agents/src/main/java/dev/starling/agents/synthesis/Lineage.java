/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.synthesis;

import dev.starling.agent.sdk.Outcome;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Tells what is new in an outcome from what it only repeats: a synthesis names what it was made of,
 * other syntheses among them, and these say nothing that their own parents did not say. One thread.
 */
final class Lineage {
  /**
   * Syntheses remembered. One that is named and is not among them counts as one outcome: it stands
   * for some that may not have come here either.
   */
  static final int MOST = 4_096;

  private final Set<String> syntheses = new LinkedHashSet<>();

  /** The ids that an outcome stands for: its own, or of a synthesis its parents' that are none. */
  Set<String> roots(Outcome outcome) {
    if (outcome.derivedFrom().isEmpty()) {
      return Set.of(outcome.id());
    }
    syntheses.add(outcome.id());
    if (syntheses.size() > MOST) {
      syntheses.remove(syntheses.iterator().next());
    }
    Set<String> roots = new LinkedHashSet<>(outcome.derivedFrom());
    roots.removeAll(syntheses);
    return roots;
  }
}
