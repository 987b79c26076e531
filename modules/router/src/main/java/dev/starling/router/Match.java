/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.protocol.qis.OutcomeEnvelope;
import java.util.Comparator;

/**
 * An agent that an outcome reaches.
 *
 * @param similarity cosine, unrounded
 */
record Match(Agent agent, double similarity) {
  /** The order of acks: by rounded similarity, highest first, then by agent id. */
  static final Comparator<Match> ORDER =
      Comparator.comparingDouble((Match match) -> -match.rounded())
          .thenComparing(match -> match.agent().id());

  /** The similarity as clients see it. */
  double rounded() {
    return OutcomeEnvelope.rounded(similarity);
  }
}
