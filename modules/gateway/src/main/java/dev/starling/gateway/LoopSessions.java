/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.deflate.PreparedText;
import dev.starling.protocol.flow.Event;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The sessions of one event loop. What is for many of them crosses to the loop once. The loop only,
 * but for {@link #publish}.
 */
final class LoopSessions {
  /** What a session is told at once when it connects to where these are shown. */
  private static final Set<Event> KEPT = EnumSet.of(Event.GPU_ANALYTICS, Event.ANOMALY_DETECTED);

  private final Loop loop;
  private final Set<Session> sessions = new HashSet<>();
  private final Map<Event, PreparedText> latest = new EnumMap<>(Event.class);

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

  /** The latest of an event that is kept, for a session that has just come. */
  Optional<PreparedText> latest(Event event) {
    return Optional.ofNullable(latest.get(event));
  }

  /**
   * Writes an event to every session that is subscribed to it; from any thread. A session that
   * comes meanwhile gets it once: from here or as {@link #latest}.
   *
   * @param except the id of a session that has it from elsewhere; empty for none
   */
  void publish(Event event, PreparedText text, String except) {
    loop.run(() -> {
      if (KEPT.contains(event)) {
        latest.put(event, text);
      }
      for (Session session : sessions) {
        if (session.isSubscribedTo(event) && !session.isCalled(except)) {
          session.event(text);
        }
      }
    });
  }

  /** Called every second: ends sessions whose time is over. */
  void sweep(long nowMillis, long nowNanos) {
    Set.copyOf(sessions).forEach(session -> session.expire(nowMillis, nowNanos));
  }
}
