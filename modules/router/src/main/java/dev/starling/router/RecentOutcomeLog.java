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
  private static final long ANSWER_BYTES = 1L << 20;
  private static final int MATCH_BYTES = 96;

  private final int most;
  private final Deque<RecentOutcome> outcomes = new ArrayDeque<>();
  private long bytes;

  RecentOutcomeLog(int most) {
    this.most = most;
  }

  void add(RecentOutcome outcome) {
    outcomes.addLast(outcome);
    bytes += bytesOf(outcome);
    while (outcomes.size() > most || bytes > MOST_BYTES) {
      bytes -= bytesOf(outcomes.removeFirst());
    }
  }

  private static long bytesOf(RecentOutcome outcome) {
    return outcome.packet().bytes().length + (long) MATCH_BYTES * outcome.routedTo().size();
  }

  /** What was routed since then, newest first, as far as one answer on the bus should hold. */
  RecentOutcomes since(RecentQuery query) {
    List<RecentOutcome> found = new ArrayList<>();
    Iterator<RecentOutcome> newestFirst = outcomes.descendingIterator();
    long answer = 0;
    while (newestFirst.hasNext()) {
      RecentOutcome outcome = newestFirst.next();
      if (outcome.routedMillis() < query.sinceMillis()) {
        break;
      }
      if (found.size() == query.limit() || answer >= ANSWER_BYTES) {
        return new RecentOutcomes(found, true);
      }
      answer += bytesOf(outcome);
      found.add(outcome);
    }
    return new RecentOutcomes(found, false);
  }
}
