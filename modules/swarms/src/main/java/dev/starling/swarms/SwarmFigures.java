/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import java.util.concurrent.atomic.LongAdder;

/** What happened on a follower's connections since it began, for metrics. Read on any thread. */
public final class SwarmFigures {
  private final LongAdder calls = new LongAdder();
  private final LongAdder failedCalls = new LongAdder();
  private final LongAdder refusedCalls = new LongAdder();
  private final LongAdder losses = new LongAdder();
  private final LongAdder strayLines = new LongAdder();
  private final LongAdder leftOut = new LongAdder();

  /** Calls of tools that were sent. */
  public long calls() {
    return calls.sum();
  }

  /** Of these, the ones that failed, for whatever reason. */
  public long failedCalls() {
    return failedCalls.sum();
  }

  /** Calls that were not sent, because too many waited. */
  public long refusedCalls() {
    return refusedCalls.sum();
  }

  /** Connections that were lost, or did not come about. */
  public long losses() {
    return losses.sum();
  }

  /** Lines of a server that are no message, and were passed over. */
  public long strayLines() {
    return strayLines.sum();
  }

  /**
   * Agents and tasks that a server told of, and that were left out for their number; at each look.
   */
  public long leftOut() {
    return leftOut.sum();
  }

  void called() {
    calls.increment();
  }

  void callFailed() {
    failedCalls.increment();
  }

  void callRefused() {
    refusedCalls.increment();
  }

  void lost() {
    losses.increment();
  }

  void strayLine() {
    strayLines.increment();
  }

  void leftOut(int rows) {
    leftOut.add(rows);
  }
}
