/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agent.sdk;

import java.util.List;

/**
 * What became of an outcome that an agent emitted.
 *
 * @param status {@code routed}, {@code duplicate} where the same one was routed before, or {@code
 *     expired} where it is too many syntheses deep
 * @param routedTo the agents that it reached, most similar first
 * @param isPartial whether agents may be missing among them, since a node did not answer in time
 */
public record Receipt(String outcomeId, String status, List<String> routedTo, boolean isPartial) {
  public Receipt {
    routedTo = List.copyOf(routedTo);
  }
}
