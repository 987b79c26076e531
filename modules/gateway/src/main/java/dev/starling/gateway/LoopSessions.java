/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.deflate.PreparedText;
import dev.starling.protocol.flow.Event;
import java.util.HashSet;
import java.util.Set;

/**
 * The sessions of one event loop. What is for many of them crosses to the loop once. The loop only,
 * but for {@link #publish}.
 */
final class LoopSessions {
  private final Loop loop;
  private final Set<Session> sessions = new HashSet<>();

  LoopSessions(Loop loop) {
    this.loop = loop;
  }

  Loop loop() {
    return loop;
  }

  void add(Session session) {
    sessions.add(session);
  }

  void remove(Session session) {
    sessions.remove(session);
  }

  /**
   * Writes an event to every session that is subscribed to it; from any thread.
   *
   * @param except the id of a session that has it from elsewhere; empty for none
   */
  void publish(Event event, PreparedText text, String except) {
    loop.run(() -> {
      for (Session session : sessions) {
        if (session.isSubscribedTo(event) && !session.id().equals(except)) {
          session.event(text);
        }
      }
    });
  }

  /** Called every second: ends sessions whose time is over. */
  void sweep(long nowMillis) {
    Set.copyOf(sessions).forEach(session -> session.expire(nowMillis));
  }
}
