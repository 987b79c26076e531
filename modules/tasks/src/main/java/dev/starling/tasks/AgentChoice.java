/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Which agent a task goes to. Whoever tried it last comes behind all others, and after a failure
 * not before a pause: what one agent fails on another may do, and most of what fails at once fails
 * at once again. One event loop.
 */
final class AgentChoice {
  private final AgentBook book;
  private final LongSupplier nanoClock;

  AgentChoice(AgentBook book, LongSupplier nanoClock) {
    this.book = book;
    this.nanoClock = nanoClock;
  }

  /** The agent that is to have a task now, best lane first; empty where it is to wait. */
  Optional<AgentEntry> of(TaskEntry entry) {
    long now = nanoClock.getAsLong();
    return first(entry, now, agent -> !entry.wasTriedBy(agent))
        .or(() -> entry.isPausing(now) ? Optional.empty() : first(entry, now, agent -> true));
  }

  /** Whether an agent with room may have a task that waits in one of its lanes. */
  boolean mayHave(AgentEntry agent, TaskEntry entry) {
    if (!entry.wasTriedBy(agent)) {
      return true;
    }
    long now = nanoClock.getAsLong();
    return !entry.isPausing(now) && first(entry, now, other -> !entry.wasTriedBy(other)).isEmpty();
  }

  private Optional<AgentEntry> first(TaskEntry entry, long now, Predicate<AgentEntry> mayBe) {
    return entry.lanes().stream()
        .flatMap(lane -> book.leastBusy(lane, now, mayBe).stream())
        .findFirst();
  }
}
