/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import org.jspecify.annotations.Nullable;

/**
 * What one run of the generator measured.
 *
 * @param outcomesPerSecond acknowledgements received per second of the measured time
 * @param deliveriesPerSecond pushes received per second of the measured time
 * @param push emit to push, for each delivery of an outcome emitted within the measured time; in an
 *     open loop from the scheduled instant, not from the moment the generator got round to it
 * @param ack emit to acknowledgement, likewise
 * @param lateness open loop: scheduled instant to the generator's write
 * @param connect TCP connect and upgrade, one agent at a time
 * @param registered the same until {@code registered}
 * @param totals every delivery, warm-up and drain included
 * @param refused outcomes answered by an error or by a status other than {@code routed}
 * @param disconnects connections the server closed
 * @param deflated whether permessage-deflate was negotiated
 * @param serverCpuMicros the server's CPU time per acknowledged outcome, µs; null where unknown
 * @param generatorCpuMicros the generator process's CPU time per acknowledged outcome, µs
 * @param firstError the first thing that went wrong, as text
 */
public record LoadResult(
    double outcomesPerSecond,
    double deliveriesPerSecond,
    Latencies push,
    Latencies ack,
    Latencies lateness,
    Latencies connect,
    Latencies registered,
    Ledger.Totals totals,
    long refused,
    long disconnects,
    boolean deflated,
    @Nullable Double serverCpuMicros,
    @Nullable Double generatorCpuMicros,
    @Nullable String firstError) {

  /** Whether every promised delivery came exactly once and every outcome was answered. */
  public boolean whole() {
    return totals.lost() == 0
        && totals.duplicates() == 0
        && totals.unanswered() == 0
        && totals.unknown() == 0
        && disconnects == 0;
  }
}
