/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Optional;

/**
 * Who leads a role, as the mesh shares it. Of two leaders the one with the higher term counts, or,
 * where two sides of a split gave the same, the one with the greater node id. Immutable.
 *
 * @param node its id; empty where the last one resigned
 * @param incarnation of that node when it took over
 * @param term higher than that of every leader before
 */
public record Leader(String node, long incarnation, long term) implements Comparable<Leader> {
  private static final Comparator<Leader> ORDER =
      Comparator.comparingLong(Leader::term)
          .thenComparing(Leader::node)
          .thenComparingLong(Leader::incarnation);

  private static final String FORM = "1";

  /** Nobody has led yet. */
  static final Leader NONE = new Leader("", 0, 0);

  boolean isVacant() {
    return node.isEmpty();
  }

  Leader resigned() {
    return new Leader("", 0, term);
  }

  /**
   * Who follows. Where every node that knew the term is gone, it begins with the seconds since
   * 1970, so that whoever heard of the leaders before does not take the next for an earlier one.
   */
  Leader next(String nextNode, long nextIncarnation) {
    long next = term == 0 ? System.currentTimeMillis() / 1000 : term + 1;
    return new Leader(nextNode, nextIncarnation, next);
  }

  @Override
  public int compareTo(Leader other) {
    return ORDER.compare(this, other);
  }

  byte[] toBytes() {
    String text = FORM + ' ' + term + ' ' + incarnation + ' ' + node;
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What {@link #toBytes} wrote; empty where the bytes are of another make. */
  static Optional<Leader> of(byte[] bytes) {
    String[] parts = new String(bytes, StandardCharsets.UTF_8).split(" ", 4);
    if (parts.length != 4 || !parts[0].equals(FORM)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Leader(parts[3], Long.parseLong(parts[2]), Long.parseLong(parts[1])));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
