/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.RawJson;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/**
 * Outcomes that reached an agent whose client comes and asks for them. Each has a position, one
 * more than the one before; what the client has is let go, and where too much waits the oldest. One
 * loop only.
 */
final class McpInbox {
  /** Outcomes that wait at most. */
  static final int MOST = 1_000;

  private final String name = UUID.randomUUID().toString().substring(0, 8);
  private final int mostBytes;
  private final Runnable dropped;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private long bytes;
  private long last;
  private long released;
  private long lastDropped;

  /** One outcome. */
  record Entry(long position, RawJson packet, double similarity) {
    private int size() {
      return packet.bytes().length;
    }
  }

  /**
   * An empty inbox.
   *
   * @param mostBytes of packets that wait at most; one larger than that is still taken alone
   * @param dropped hears of each outcome that had to make room
   */
  McpInbox(int mostBytes, Runnable dropped) {
    this.mostBytes = mostBytes;
    this.dropped = dropped;
  }

  void add(RawJson packet, double similarity) {
    Entry entry = new Entry(++last, packet, similarity);
    while (!entries.isEmpty() && (entries.size() >= MOST || bytes + entry.size() > mostBytes)) {
      lastDropped = entries.getFirst().position();
      remove();
      dropped.run();
    }
    entries.add(entry);
    bytes += entry.size();
  }

  private void remove() {
    bytes -= entries.remove().size();
  }

  /** What tells it from every other inbox, also from those of the node's earlier lives. */
  String name() {
    return name;
  }

  /** The position of the last outcome that came; 0 before the first. */
  long last() {
    return last;
  }

  /** Lets go of what the client has: all up to {@code position}. */
  void release(long position) {
    released = Math.max(released, position);
    while (!entries.isEmpty() && entries.getFirst().position() <= position) {
      remove();
    }
  }

  /** Whether something waits. */
  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The first that wait. */
  List<Entry> first(int limit) {
    return entries.stream().limit(limit).toList();
  }

  /**
   * How many had to make room, and are behind all that was let go. What is dropped is always the
   * oldest, so these are all between the two.
   */
  long missing() {
    return Math.max(0, lastDropped - released);
  }
}
