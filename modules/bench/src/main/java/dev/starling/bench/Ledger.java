/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Every delivery, exactly: what each acknowledgement promised and which agents received which
 * outcome. Sequence numbers count from 0. One thread.
 */
public final class Ledger {
  private static final int CHUNK_BITS = 14;
  private static final int CHUNK = 1 << CHUNK_BITS;
  private static final short UNANSWERED = -1;

  private final int agents;
  private final int words;
  private final List<short[]> promised = new ArrayList<>();
  private final List<long[]> received = new ArrayList<>();
  private int emitted;
  private long duplicates;
  private long unknown;

  /** For receivers 0 to {@code agents} - 1. */
  Ledger(int agents) {
    this.agents = agents;
    this.words = (agents + Long.SIZE - 1) / Long.SIZE;
  }

  /** A new outcome's sequence number. */
  int emit() {
    if ((emitted & (CHUNK - 1)) == 0) {
      short[] chunk = new short[CHUNK];
      Arrays.fill(chunk, UNANSWERED);
      promised.add(chunk);
      received.add(new long[CHUNK * words]);
    }
    return emitted++;
  }

  /** The server acknowledged an outcome and named this many receivers. */
  void promise(int sequence, int matches) {
    promised.get(sequence >> CHUNK_BITS)[sequence & (CHUNK - 1)] = (short) matches;
  }

  /** An agent received an outcome; false where it is a duplicate or no outcome of this run. */
  boolean receive(int sequence, int receiver) {
    if (sequence < 0 || sequence >= emitted || receiver < 0 || receiver >= agents) {
      unknown++;
      return false;
    }
    long[] chunk = received.get(sequence >> CHUNK_BITS);
    int word = (sequence & (CHUNK - 1)) * words + (receiver >> 6);
    long bit = 1L << (receiver & 63);
    if ((chunk[word] & bit) != 0) {
      duplicates++;
      return false;
    }
    chunk[word] |= bit;
    return true;
  }

  /** Closes the books: what is missing now is lost. */
  Totals totals() {
    long lost = 0;
    long unpromised = 0;
    long unanswered = 0;
    for (int sequence = 0; sequence < emitted; sequence++) {
      int promise = promised.get(sequence >> CHUNK_BITS)[sequence & (CHUNK - 1)];
      if (promise == UNANSWERED) {
        unanswered++;
        continue;
      }
      int difference = promise - receivers(sequence);
      lost += Math.max(0, difference);
      unpromised += Math.max(0, -difference);
    }
    return new Totals(emitted, lost, duplicates, unanswered, unpromised, unknown);
  }

  private int receivers(int sequence) {
    long[] chunk = received.get(sequence >> CHUNK_BITS);
    int from = (sequence & (CHUNK - 1)) * words;
    int count = 0;
    for (int word = from; word < from + words; word++) {
      count += Long.bitCount(chunk[word]);
    }
    return count;
  }

  /**
   * The result.
   *
   * @param emitted outcomes emitted, warm-up included
   * @param lost deliveries promised by an acknowledgement that never came
   * @param duplicates deliveries of one outcome to one agent beyond the first
   * @param unanswered outcomes that were neither acknowledged nor refused
   * @param unpromised deliveries beyond what the acknowledgement counted
   * @param unknown deliveries of what this run never emitted
   */
  public record Totals(
      long emitted, long lost, long duplicates, long unanswered, long unpromised, long unknown) {}
}
