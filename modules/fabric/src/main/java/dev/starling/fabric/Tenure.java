/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * For how long a leader may take itself for one: its name must have been read lately, and since the
 * process was last stopped. Written on the fabric's event loop; read on any thread.
 */
final class Tenure {
  /** Without a pulse for so long the process counts as stopped. */
  static final long STALL_NANOS = 1_000_000_000L;

  private static final long NO_TERM = -1;

  private final LongSupplier nanoClock;
  private final long patienceNanos;
  private volatile long term = NO_TERM;
  private volatile boolean confirmed;
  private volatile long confirmedAt;
  private volatile long pulsedAt;
  private long wokeAt;

  Tenure(LongSupplier nanoClock, long patienceNanos) {
    this.nanoClock = nanoClock;
    this.patienceNanos = patienceNanos;
    this.pulsedAt = nanoClock.getAsLong();
    this.wokeAt = pulsedAt;
  }

  /**
   * Begins a term.
   *
   * @param at when this node began to ask for it
   */
  void begin(long newTerm, long at) {
    confirmedAt = at;
    confirmed = isAwakeSince(at);
    term = newTerm;
  }

  /** Notes that this node's name was there at {@code at} of the clock or later. */
  void confirm(long at) {
    confirmedAt = at;
    confirmed = isAwakeSince(at);
  }

  private boolean isAwakeSince(long at) {
    return at - wokeAt >= 0;
  }

  void end() {
    term = NO_TERM;
    confirmed = false;
  }

  /** Notes that the event loop runs; whether it was stopped since the last time. */
  boolean pulse() {
    long now = nanoClock.getAsLong();
    boolean wasStopped = now - pulsedAt > STALL_NANOS;
    if (wasStopped) {
      confirmed = false;
      wokeAt = now;
    }
    pulsedAt = now;
    return wasStopped;
  }

  /** Whether this node's name was not read for so long that others may have taken over. */
  boolean isOver() {
    return nanoClock.getAsLong() - confirmedAt > patienceNanos;
  }

  /** The term, while it is sure enough to act on. */
  OptionalLong current() {
    long now = nanoClock.getAsLong();
    long held = term;
    boolean isSure =
        confirmed && now - pulsedAt <= STALL_NANOS && now - confirmedAt <= patienceNanos;
    return held != NO_TERM && isSure ? OptionalLong.of(held) : OptionalLong.empty();
  }
}
