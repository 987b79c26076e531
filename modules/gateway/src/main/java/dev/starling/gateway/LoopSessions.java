/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.gateway.deflate.PreparedText;
import dev.starling.protocol.flow.Event;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The sessions of one event loop. What is for many of them crosses to the loop once. The loop only,
 * but for {@link #publish}.
 */
final class LoopSessions {
  /** What a session is told at once when it connects to where these are shown. */
  private static final Set<Event> KEPT = EnumSet.of(Event.GPU_ANALYTICS, Event.ANOMALY_DETECTED);

  /** Bytes of events that wait for the loop at most; a loop that stands still gets no more. */
  static final int MOST_WAITING = 16 << 20;

  /** What a task and its entry in the loop's queue take beyond the text, at most. */
  private static final int ENVELOPE = 256;

  private final Loop loop;
  private final GatewayMetrics metrics;
  private final AtomicLong waiting = new AtomicLong();
  private final Set<Session> sessions = new HashSet<>();
  private final Map<Event, PreparedText> latest = new EnumMap<>(Event.class);

  LoopSessions(Loop loop, GatewayMetrics metrics) {
    this.loop = loop;
    this.metrics = metrics;
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
   * comes meanwhile gets it once: from here or as {@link #latest}. Where too much waits for the
   * loop already it is left out, and counted.
   *
   * @param origin what it comes of, so that who asked for that and is answered does not get it
   *     twice; empty where nobody did
   */
  void publish(Event event, PreparedText text, String origin) {
    long bytes = (long) text.utf8().length + ENVELOPE;
    if (waiting.get() > 0 && waiting.get() + bytes > MOST_WAITING) {
      metrics.dropped("slow-loop");
      return;
    }
    waiting.addAndGet(bytes);
    loop.run(() -> {
      waiting.addAndGet(-bytes);
      tell(event, text, origin);
    });
  }

  private void tell(Event event, PreparedText text, String origin) {
    if (KEPT.contains(event)) {
      latest.put(event, text);
    }
    for (Session session : sessions) {
      if (session.isSubscribedTo(event) && !session.withholds(text, origin)) {
        write(text, session);
      }
    }
  }

  /** Where one session fails, those behind it are told all the same. */
  private static void write(PreparedText text, Session session) {
    try {
      session.event(text);
    } catch (RuntimeException | Error e) {
      session.faultLater("an event failed", e);
    }
  }

  /**
   * Called every second: ends sessions whose time is over.
   *
   * @param silence after which a peer is gone
   */
  void sweep(long nowMillis, long nowNanos, Duration silence) {
    Set.copyOf(sessions).forEach(session -> session.expire(nowMillis, nowNanos, silence));
  }
}
