/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.Event;
import java.util.Set;

/** What a session is subscribed to. One session's loop only. */
final class Subscriptions {
  private final int most;
  private int bits;
  private boolean begun;

  /** Nothing at first; {@code most} at a time. */
  Subscriptions(int most) {
    this.most = most;
  }

  /** Subscribes to what the endpoint shows; false where that was done before. */
  boolean begin(Endpoint endpoint) {
    if (begun) {
      return false;
    }
    begun = true;
    bits = atMost(endpoint.subscriptions());
    return true;
  }

  /** As many of these as may be held, in the order of their list. */
  private int atMost(int wanted) {
    int rest = wanted;
    while (Integer.bitCount(rest) > most) {
      rest &= ~Integer.highestOneBit(rest);
    }
    return rest;
  }

  /** Unsubscribes from everything, until the session begins anew. */
  void clear() {
    begun = false;
    bits = 0;
  }

  boolean has(Event event) {
    return (bits & event.bit()) != 0;
  }

  /** The events that are held. */
  Set<Event> held() {
    return Event.ofBits(bits);
  }

  /**
   * Subscribes to more.
   *
   * @throws RefusalException where these would be too many; then nothing has changed
   */
  void add(Set<Event> events) {
    int wanted = bits | Event.bits(events);
    if (Integer.bitCount(wanted) > most) {
      throw RefusalException.ofField(
          ErrorCode.INVALID_MESSAGE,
          "events",
          "at most " + most + " subscriptions at a time",
          Integer.toString(Integer.bitCount(wanted)));
    }
    bits = wanted;
  }

  void remove(Set<Event> events) {
    bits &= ~Event.bits(events);
  }
}
