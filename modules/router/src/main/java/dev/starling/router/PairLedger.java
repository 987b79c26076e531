/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.protocol.mesh.RouterMessage.Pair;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Which of the N(N−1)/2 possible pairs of agents had an outcome pass between them: a row of bits
 * per agent. Bounded; past the bound the count is unknown until every agent it knows has left:
 * which pairs were missed is not known. Router's event loop only.
 */
final class PairLedger {
  /** Two bits a pair: dense up to about 23 000 agents. */
  private static final long MOST_BITS = 512L << 20;

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private final List<BitSet> partners = new ArrayList<>();
  private final Deque<Integer> free = new ArrayDeque<>();
  private long pairs;
  private long bits;
  private boolean overflowed;

  /** Notes an outcome between two agents that are here; whether it is the pair's first. */
  boolean activate(String one, String other) {
    if (one.equals(other)) {
      return false;
    }
    int first = number(one);
    int second = number(other);
    if (partners.get(first).get(second)) {
      return false;
    }
    if (bits > MOST_BITS) {
      overflowed = true;
      return false;
    }
    set(first, second);
    set(second, first);
    pairs++;
    return true;
  }

  /** Whether an outcome passed between the two since both are here. */
  boolean holds(Pair pair) {
    Integer lesser = numbers.get(pair.lesser());
    Integer greater = numbers.get(pair.greater());
    return lesser != null && greater != null && partners.get(lesser).get(greater);
  }

  /** Forgets an agent that left, and its pairs. */
  void forget(String agent) {
    Integer number = numbers.remove(agent);
    if (number == null) {
      return;
    }
    BitSet row = partners.get(number);
    for (int partner = row.nextSetBit(0); partner >= 0; partner = row.nextSetBit(partner + 1)) {
      BitSet other = partners.get(partner);
      bits -= other.size();
      other.clear(number);
      bits += other.size();
      pairs--;
    }
    bits -= row.size();
    partners.set(number, new BitSet());
    bits += partners.get(number).size();
    free.push(number);
    overflowed &= !numbers.isEmpty();
  }

  /** How many pairs were activated; empty while it cannot be told. */
  OptionalLong count() {
    return overflowed ? OptionalLong.empty() : OptionalLong.of(pairs);
  }

  /** Every pair, to be told to a router that came. */
  List<Pair> all() {
    List<Pair> all = new ArrayList<>();
    for (int one = 0; one < partners.size(); one++) {
      BitSet row = partners.get(one);
      for (int other = row.nextSetBit(one + 1); other >= 0; other = row.nextSetBit(other + 1)) {
        all.add(Pair.of(names.get(one), names.get(other)));
      }
    }
    return all;
  }

  private void set(int row, int column) {
    BitSet set = partners.get(row);
    bits -= set.size();
    set.set(column);
    bits += set.size();
  }

  private int number(String agent) {
    return numbers.computeIfAbsent(agent, this::newNumber);
  }

  private int newNumber(String agent) {
    Integer reused = free.poll();
    if (reused != null) {
      names.set(reused, agent);
      return reused;
    }
    names.add(agent);
    partners.add(new BitSet());
    return names.size() - 1;
  }
}
