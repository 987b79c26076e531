/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.gateway.deflate.PreparedText;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.flow.Event;
import dev.starling.protocol.flow.FlowServerMessage;
import dev.starling.protocol.flow.FlowServerMessage.OutcomeRouted;
import dev.starling.protocol.flow.FlowServerMessage.SettingsUpdated;
import dev.starling.protocol.flow.FlowWriter;
import dev.starling.protocol.mesh.GatewayMessage;
import dev.starling.protocol.mesh.GatewayMessage.OutcomeSample;
import dev.starling.protocol.mesh.GatewayMessage.Publish;
import dev.starling.protocol.mesh.GatewayMessage.PublishOnce;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.settings.SettingChange;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Events on their way to sessions: once to each gateway over the bus, in the bytes that go on the
 * wire, and from there to every session that subscribed. Gateway's loop only, but for what says
 * otherwise.
 */
final class Events {
  /** Things about which something may wait for each kind of event. */
  private static final int MOST_WAITING = 10_000;

  private static final int MOST_RECEIVERS = 20;

  /** So many events are remembered that are passed on once. */
  private static final int MOST_ONCE = 20_000;

  private final Mesh mesh;
  private final GatewayMetrics metrics;
  private final List<LoopSessions> loops = new CopyOnWriteArrayList<>();
  private final Map<Event, Conflater<RawJson>> out = new EnumMap<>(Event.class);
  private final Map<Event, Conflater<RawJson>> in = new EnumMap<>(Event.class);
  private final LatestIds once = new LatestIds(MOST_ONCE);
  private final OutcomeSampler routedHere;
  private final OutcomeSampler routed;
  private final List<Follower> followers = new ArrayList<>();

  Events(Mesh mesh, GatewayMetrics metrics) {
    this.mesh = mesh;
    this.metrics = metrics;
    long now = System.nanoTime();
    for (Event event : Event.values()) {
      out.put(event, conflater(event, this::toGateways, now));
      in.put(event, conflater(event, this::toSessions, now));
    }
    this.routedHere = new OutcomeSampler(this::toGateways, now);
    this.routed = new OutcomeSampler(this::toSessions, now);
  }

  /** Hears of each event that goes to sessions here; on the gateway's loop. */
  @FunctionalInterface
  interface Follower {
    /** An event, in the bytes that go on the wire. */
    void happened(Event event, byte[] message);
  }

  /** Tells {@code follower} of what sessions are told, from now on. */
  void follow(Follower follower) {
    followers.add(follower);
  }

  private interface Exit {
    void pass(Event event, String key, RawJson message);
  }

  private Conflater<RawJson> conflater(Event event, Exit exit, long now) {
    return new Conflater<>(
        MOST_WAITING,
        (key, message) -> exit.pass(event, key, message),
        () -> metrics.dropped("event-overflow"),
        now);
  }

  /** Takes a loop's sessions into account from now on; from any thread. */
  void add(LoopSessions sessions) {
    loops.add(sessions);
  }

  /** Called every 100 ms. */
  void tick() {
    long now = System.nanoTime();
    out.values().forEach(conflater -> conflater.tick(now));
    in.values().forEach(conflater -> conflater.tick(now));
    routedHere.tick(now);
    routed.tick(now);
  }

  /**
   * Publishes an event to the whole mesh.
   *
   * @param key what it is about: of several about the same that have to wait only the latest is
   *     sent; empty for one that stands for itself
   */
  void publish(Event event, String key, FlowServerMessage message) {
    publish(event, key, FlowWriter.json(message));
  }

  /** The same of a message as it goes on the wire. */
  void publish(Event event, String key, RawJson json) {
    if (key.isEmpty()) {
      toGateways(event, key, json);
    } else {
      conflater(out, event).offer(key, json, System.nanoTime());
    }
  }

  /**
   * Leaves nothing to be sent by a gateway that ends; the others hold it back for their sessions.
   */
  void flush() {
    out.values().forEach(Conflater::flush);
  }

  /** An event came over the bus. */
  void arrived(Publish publish) {
    if (publish.key().isEmpty()) {
      toSessions(publish.event(), "", publish.message());
    } else {
      conflater(in, publish.event()).offer(publish.key(), publish.message(), System.nanoTime());
    }
  }

  /** An event came over the bus that may have come before. */
  void arrived(PublishOnce publish) {
    if (once.add(publish.event() + publish.key())) {
      toSessions(publish.event(), "", publish.message());
    }
  }

  private static Conflater<RawJson> conflater(
      Map<Event, Conflater<RawJson>> conflaters, Event event) {
    return Optional.ofNullable(conflaters.get(event)).orElseThrow();
  }

  /** Publishes an event that every gateway learns of by itself to this one's sessions. */
  void local(Event event, FlowServerMessage message, String origin) {
    toSessions(event, new PreparedText(FlowWriter.bytes(message)), origin);
  }

  /** A setting was changed; the session that asked for it is told by its reply. */
  void changed(SettingChange change) {
    SettingsUpdated message =
        new SettingsUpdated(null, change.path(), change.value(), change.timestampMillis());
    local(Event.SETTINGS_UPDATED, message, change.origin());
  }

  private void toGateways(Event event, String key, RawJson message) {
    toGateways(new Publish(event, key, message));
    arrived(new Publish(event, key, message));
  }

  private void toGateways(OutcomeSample sample) {
    toGateways((GatewayMessage) sample);
    arrived(sample);
  }

  private void toGateways(GatewayMessage message) {
    for (NodeInfo node : mesh.view().running("gateway")) {
      if (!node.id().equals(mesh.nodeId())) {
        mesh.bus().send(Addresses.gateway(node.id()), message);
      }
    }
  }

  private void toSessions(Event event, String key, RawJson message) {
    toSessions(event, new PreparedText(message.bytes()), "");
  }

  private void toSessions(Event event, PreparedText text, String origin) {
    metrics.published(event);
    loops.forEach(sessions -> sessions.publish(event, text, origin));
    followers.forEach(follower -> follower.happened(event, text.utf8()));
  }

  /** Counts an outcome that was routed for a client of this gateway. */
  void routed(OutcomeSample sample) {
    routedHere.offer(sample, System.nanoTime());
  }

  /** A gateway tells of outcomes that it had routed. */
  void arrived(OutcomeSample sample) {
    routed.offer(sample, System.nanoTime());
  }

  /** The receivers that a sample names, of those that an outcome reached. */
  static List<String> some(List<String> receivers) {
    return receivers.subList(0, Math.min(receivers.size(), MOST_RECEIVERS));
  }

  private void toSessions(OutcomeSample sample) {
    OutcomeRouted message =
        new OutcomeRouted(
            sample.outcomeId(),
            sample.source(),
            sample.receivers(),
            sample.matches(),
            sample.partial(),
            sample.latencyMicros() / 1e3,
            sample.count(),
            sample.routedMillis());
    local(Event.OUTCOME_ROUTED, message, "");
  }
}
