/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.protocol.mesh.RouterMessage.RecentOutcome;
import dev.starling.protocol.mesh.RouterMessage.RecentOutcomes;
import dev.starling.protocol.mesh.RouterMessage.RecentQuery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The last outcomes that this router routed, for people to look back on. Bounded in number and in
 * bytes. Router's event loop only.
 */
final class RecentOutcomeLog {
  private static final long MOST_BYTES = 64L << 20;

  private final int most;
  private final Deque<RecentOutcome> outcomes = new ArrayDeque<>();
  private long bytes;

  RecentOutcomeLog(int most) {
    this.most = most;
  }

  void add(RecentOutcome outcome) {
    outcomes.addLast(outcome);
    bytes += outcome.packet().bytes().length;
    while (outcomes.size() > most || bytes > MOST_BYTES) {
      bytes -= outcomes.removeFirst().packet().bytes().length;
    }
  }

  /** What was routed since then, newest first. */
  RecentOutcomes since(RecentQuery query) {
    List<RecentOutcome> found = new ArrayList<>();
    Iterator<RecentOutcome> newestFirst = outcomes.descendingIterator();
    while (newestFirst.hasNext() && found.size() < query.limit()) {
      RecentOutcome outcome = newestFirst.next();
      if (outcome.routedMillis() < query.sinceMillis()) {
        break;
      }
      found.add(outcome);
    }
    return new RecentOutcomes(found);
  }
}
