/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.RouterMessage.Pair;
import dev.starling.protocol.mesh.RouterMessage.PairCount;
import dev.starling.protocol.mesh.RouterMessage.Traffic;
import dev.starling.protocol.mesh.RouterMessage.TrafficQuery;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts outcomes by the pair of agents between which they passed, while a simulator asks for them.
 * An answer is kept until its asker confirms it, so that a lost one is told again, and none twice.
 * Router's event loop only.
 */
final class PairTraffic {
  /** Pairs counted between two answers at most; outcomes of others are not, which is counted. */
  static final int MOST_PAIRS = 65_536;

  /** Pairs that one answer tells at most. */
  static final int MOST_PER_ANSWER = 4_096;

  /** For so long after the last question outcomes are counted. */
  private static final long LEASE_NANOS = 3_000_000_000L;

  /** Who asks sooner than this again hears nothing new. */
  private static final long PAUSE_NANOS = 100_000_000L;

  private final LongSupplier nanoClock;
  private final Runnable dropped;

  /** Those that began to be counted first are told first, so that none waits for ever. */
  private Map<Pair, long[]> counts = new LinkedHashMap<>();

  private List<PairCount> unconfirmed = List.of();
  private boolean watched;
  private String asker = "";
  private long term;
  private long confirmed;
  private long askedAt;
  private long answeredAt;

  /**
   * Counts nothing yet.
   *
   * @param dropped told of each outcome that is not counted for want of room
   */
  PairTraffic(LongSupplier nanoClock, Runnable dropped) {
    this.nanoClock = nanoClock;
    this.dropped = dropped;
  }

  /** Whether somebody asks. */
  boolean isWatched() {
    return watched;
  }

  /** Counts an outcome between two agents of the mesh. */
  void passed(String source, String receiver) {
    Pair pair = Pair.of(source, receiver);
    long[] count = counts.get(pair);
    if (count != null) {
      count[0]++;
    } else if (counts.size() < MOST_PAIRS) {
      counts.put(pair, new long[] {1});
    } else {
      dropped.run();
    }
  }

  /** Ends the counting once nobody has asked for a while; called often. */
  void tick() {
    if (watched && nanoClock.getAsLong() - askedAt > LEASE_NANOS) {
      forget();
      watched = false;
    }
  }

  private void forget() {
    counts = new LinkedHashMap<>();
    unconfirmed = List.of();
  }

  /**
   * What passed since the asker's last answer.
   *
   * @throws RefusalException UNAVAILABLE to who asks in a lower term than another did lately
   */
  Traffic answer(TrafficQuery query) {
    tick();
    long now = nanoClock.getAsLong();
    if (isAnother(query)) {
      begin(query, now);
      return new Traffic(query.sequence(), false, List.of());
    }
    if (query.term() < term) {
      throw RefusalException.unavailable(
          "router", asker + " asks already, in term " + term + ", later than " + query.term());
    }
    askedAt = now;
    if (now - answeredAt < PAUSE_NANOS) {
      return new Traffic(query.sequence(), !counts.isEmpty(), List.of());
    }
    answeredAt = now;
    return next(query.sequence());
  }

  /**
   * Whether nobody asked lately, or another one than now, or one that has lost what it was told.
   */
  private boolean isAnother(TrafficQuery query) {
    boolean isSame = query.asker().equals(asker) && query.sequence() >= confirmed;
    return !watched || query.term() > term || (query.term() == term && !isSame);
  }

  /** What somebody else was told, or would have been, is not for this asker. */
  private void begin(TrafficQuery query, long now) {
    forget();
    watched = true;
    asker = query.asker();
    term = query.term();
    confirmed = query.sequence();
    askedAt = now;
    answeredAt = now;
  }

  private Traffic next(long known) {
    if (known != confirmed) {
      confirmed = known;
      unconfirmed = List.of();
    }
    if (unconfirmed.isEmpty()) {
      unconfirmed = take();
    }
    return unconfirmed.isEmpty()
        ? new Traffic(known, false, List.of())
        : new Traffic(known + 1, !counts.isEmpty(), unconfirmed);
  }

  private List<PairCount> take() {
    List<PairCount> taken = new ArrayList<>(Math.min(counts.size(), MOST_PER_ANSWER));
    Iterator<Map.Entry<Pair, long[]>> each = counts.entrySet().iterator();
    while (each.hasNext() && taken.size() < MOST_PER_ANSWER) {
      Map.Entry<Pair, long[]> one = each.next();
      taken.add(new PairCount(one.getKey(), one.getValue()[0]));
      each.remove();
    }
    return taken;
  }
}
