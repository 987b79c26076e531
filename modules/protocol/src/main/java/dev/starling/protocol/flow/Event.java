/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a session may subscribe to. The place is a bit of a session's subscriptions; the name is on
 * the bus.
 */
public enum Event {
  /** Where the nodes of the graph are: binary frames. */
  POSITIONS(0),
  /** Nodes and edges that came, went or changed. */
  GRAPH_UPDATE(1),
  /** Whether the layout moves, and how fast. */
  SIMULATION_STATE(2),
  /** How an agent is; failures of agents too. */
  AGENT_STATUS(3),
  /** How far a task is. */
  TASK_PROGRESS(4),
  /** How far an analysis is, and what it found. */
  GPU_ANALYTICS(5),
  /** A node or an agent that is out of the ordinary. */
  ANOMALY_DETECTED(6),
  /** Who came and went, and what happened to the mesh. */
  SYSTEM_EVENT(7),
  /** A setting was changed. */
  SETTINGS_UPDATED(8),
  /** An outcome was routed; a sample with the true count. */
  OUTCOME_ROUTED(9);

  private static final List<Event> ALL = List.of(values());

  /** The names of all events, as errors list them. */
  public static final List<String> KNOWN = Arrays.stream(values()).map(Event::word).toList();

  private final int bit;

  Event(int place) {
    this.bit = 1 << place;
  }

  /** The event's name in messages. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The event of a name. */
  public static Optional<Event> of(String word) {
    return ALL.stream().filter(event -> event.word().equals(word)).findFirst();
  }

  /** This event as a bit. */
  public int bit() {
    return bit;
  }

  /** Events as bits. */
  public static int bits(Set<Event> events) {
    return events.stream().mapToInt(Event::bit).reduce(0, (one, other) -> one | other);
  }

  /** The events whose bits are set. */
  public static Set<Event> ofBits(int bits) {
    EnumSet<Event> events = EnumSet.noneOf(Event.class);
    ALL.stream().filter(event -> (bits & event.bit()) != 0).forEach(events::add);
    return events;
  }
}
