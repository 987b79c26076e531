/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.protocol.mesh.RosterChange;
import dev.starling.protocol.mesh.RosterMark;
import dev.starling.protocol.mesh.RouterMessage.RosterPart;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells which agents the mesh has: everything in parts, and from then on what changed. Changes are
 * numbered always, and remembered, by the agent's id alone, while somebody asks: a change is told
 * as it stands when it is told. Router's event loop only.
 */
final class AgentRoster {
  /** Changes that one part tells at most. */
  static final int MOST_PER_PART = 1_000;

  /** Changes remembered at most; whoever is further behind gets everything. A power of two. */
  static final int MOST_REMEMBERED = 1 << 16;

  /** For so long after the last question changes are remembered. */
  private static final long LEASE_NANOS = 10_000_000_000L;

  private final AgentDirectory directory;
  private final LongSupplier nanoClock;
  private final long router = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
  private long sequence;
  private long askedAt;

  /** The ids of the latest changes, each at its number; null while nobody asks. */
  private String @Nullable [] changed;

  /** The number of the first change in {@link #changed}. */
  private long rememberedFrom;

  /** All agents as they were at {@link #wholeAt}; null where nobody is being told of all. */
  private String @Nullable [] whole;

  private long wholeAt;

  AgentRoster(AgentDirectory directory, LongSupplier nanoClock) {
    this.directory = directory;
    this.nanoClock = nanoClock;
  }

  /** Takes note that an agent came, left or is another than before. */
  void changed(String agentId) {
    sequence++;
    if (changed != null) {
      changed[place(sequence)] = agentId;
      rememberedFrom = Math.max(rememberedFrom, sequence - MOST_REMEMBERED + 1);
    }
  }

  private static int place(long number) {
    return (int) (number & (MOST_REMEMBERED - 1));
  }

  /** Forgets what nobody asks for any more; called often. */
  void tick() {
    if (changed != null && nanoClock.getAsLong() - askedAt > LEASE_NANOS) {
      changed = null;
      whole = null;
    }
  }

  /** Whether changes are remembered. */
  boolean isRemembering() {
    return changed != null;
  }

  /** What comes behind a mark. */
  RosterPart since(RosterMark mark) {
    askedAt = nanoClock.getAsLong();
    if (changed == null) {
      changed = new String[MOST_REMEMBERED];
      rememberedFrom = sequence + 1;
    }
    if (mark.router() == router && reaches(mark.sequence())) {
      if (mark.taken() == RosterMark.WHOLE) {
        return changesSince(mark.sequence());
      }
      if (whole != null && wholeAt == mark.sequence()) {
        return partOfWhole(whole, mark.taken());
      }
    }
    return partOfWhole(wholeNow(), 0);
  }

  /** Whether every change behind {@code known} is remembered. */
  private boolean reaches(long known) {
    return known + 1 >= rememberedFrom && known <= sequence;
  }

  /** Everything, as it was lately, for all that ask for it. */
  private String[] wholeNow() {
    String[] ids = whole;
    if (ids == null || !reaches(wholeAt)) {
      ids = directory.agents().stream().map(Agent::id).toArray(String[]::new);
      whole = ids;
      wholeAt = sequence;
    }
    return ids;
  }

  private RosterPart partOfWhole(String[] ids, int taken) {
    int from = Math.clamp(taken, 0, ids.length);
    int to = Math.min(from + MOST_PER_PART, ids.length);
    List<RosterChange> changes = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      directory.holder(ids[i]).ifPresent(agent -> changes.add(present(agent)));
    }
    boolean isLast = to == ids.length;
    if (isLast) {
      whole = null;
    }
    RosterMark mark = new RosterMark(router, wholeAt, isLast ? RosterMark.WHOLE : to);
    return new RosterPart(mark, from == 0, isLast && wholeAt == sequence, changes);
  }

  private RosterPart changesSince(long known) {
    String[] ids = changed;
    long to = Math.min(known + MOST_PER_PART, sequence);
    Set<String> agents = new LinkedHashSet<>();
    for (long number = known + 1; ids != null && number <= to; number++) {
      agents.add(ids[place(number)]);
    }
    List<RosterChange> changes = new ArrayList<>(agents.size());
    for (String id : agents) {
      changes.add(
          directory
              .holder(id)
              .<RosterChange>map(AgentRoster::present)
              .orElseGet(() -> new RosterChange.Absent(id)));
    }
    return new RosterPart(
        new RosterMark(router, to, RosterMark.WHOLE), false, to == sequence, changes);
  }

  private static RosterChange present(Agent agent) {
    return new RosterChange.Present(agent.id(), agent.registration().label(), agent.gateway());
  }
}
