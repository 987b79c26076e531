/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import dev.starling.fabric.View;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RouterMessage.Change;
import dev.starling.protocol.mesh.RouterMessage.Feed;
import dev.starling.protocol.mesh.RouterMessage.FeedAck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The replicas of all gateways' registrations, and the leases under which this router may say that
 * it knows them all. Router's event loop only.
 *
 * <p>A lease is proven by an echo: the router stamps each answer with its own clock, and a feed
 * that carries the stamp back was sent after it. So messages that waited in a stopped process renew
 * nothing.
 */
final class Replicas {
  /** How long a proof holds. A gateway that gets no answer for this long knows that it lapsed. */
  static final long LEASE_NANOS = 2_000_000_000L;

  /** A pause of the event loop after which every lease must be proven again. */
  private static final long STALL_NANOS = 1_000_000_000L;

  /** How long after a pause messages of before it may still come. */
  private static final long LATELY_NANOS = 5_000_000_000L;

  /** How sure the router is of what it knows. */
  enum Certainty {
    /** It holds a fresh proof from every gateway in view. */
    WHOLE,
    /** Some gateway in view is silent: agents of its may be missing. */
    PARTIAL,
    /** The router itself was stopped, or is new, and does not know yet. */
    CATCHING_UP
  }

  /** Hears what becomes of whole gateways. */
  interface Watcher {
    /**
     * Agents left together with their gateway.
     *
     * @param now the view in which it is no more
     * @param agents of that gateway, those that held their id
     */
    void lost(View now, List<Agent> agents);

    /**
     * A gateway's registrations are all here, perhaps again; called often.
     *
     * @param agents those that hold their id
     */
    void isWhole(String gateway, Supplier<List<Agent>> agents);
  }

  private final AgentDirectory directory;
  private final LongSupplier nanoClock;
  private final BooleanSupplier everyMemberMet;
  private final BooleanSupplier serving;
  private final Consumer<Agent> gone;
  private final Watcher watcher;
  private final Map<String, GatewayReplica> replicas = new HashMap<>();
  private Map<String, NodeInfo> gateways = Map.of();
  private long lastTick;
  private long wokeAt;
  private long announcedAt;

  /**
   * Prepares an empty set.
   *
   * @param nanoClock monotonic
   * @param everyMemberMet whether every member of the cluster is in view
   * @param serving whether the router routes at all
   * @param gone hears of each agent that left the mesh
   * @param watcher hears of gateways that left with their agents, or are back
   */
  Replicas(
      AgentDirectory directory,
      LongSupplier nanoClock,
      BooleanSupplier everyMemberMet,
      BooleanSupplier serving,
      Consumer<Agent> gone,
      Watcher watcher) {
    this.directory = directory;
    this.nanoClock = nanoClock;
    this.everyMemberMet = everyMemberMet;
    this.serving = serving;
    this.gone = gone;
    this.watcher = watcher;
    this.lastTick = nanoClock.getAsLong();
    this.wokeAt = lastTick;
    this.announcedAt = lastTick;
  }

  /** Takes note of who is a gateway; agents of one that left go at once. */
  void viewIs(View view) {
    Map<String, NodeInfo> now =
        view.holders().stream().collect(Collectors.toMap(NodeInfo::id, node -> node));
    for (String gateway : Set.copyOf(replicas.keySet())) {
      NodeInfo node = now.get(gateway);
      if (node == null || node.incarnation() != incarnationOf(gateway)) {
        forget(view, gateway);
      }
    }
    gateways = now;
  }

  private long incarnationOf(String gateway) {
    GatewayReplica replica = replicas.get(gateway);
    return replica == null ? -1 : replica.incarnation();
  }

  private void forget(View view, String gateway) {
    GatewayReplica replica = replicas.remove(gateway);
    if (replica != null) {
      watcher.lost(view, replica.agents().stream().filter(this::drop).toList());
    }
  }

  /** Forgets a registration; whether its agent left the mesh with it. */
  private boolean drop(Agent agent) {
    boolean isGone = directory.remove(agent);
    if (isGone) {
      gone.accept(agent);
    }
    return isGone;
  }

  /** Applies a feed, or asks for a snapshot where it does not fit. */
  FeedAck apply(Feed feed) {
    tick();
    NodeInfo gateway = gateways.get(feed.gateway());
    if (gateway == null || gateway.incarnation() != feed.incarnation()) {
      throw new RefusalException(
          ErrorCode.UNAVAILABLE, "gateway " + feed.gateway() + " is not in this router's view");
    }
    GatewayReplica replica =
        replicas.computeIfAbsent(feed.gateway(), id -> new GatewayReplica(feed.incarnation()));
    if (feed.reset()) {
      replica.beginSnapshot();
    } else if (!replica.follows(feed.sequence())) {
      return refused();
    }
    replica.advanceTo(feed.sequence());
    List<Long> full = new ArrayList<>();
    feed.changes().forEach(change -> apply(feed, replica, change, full));
    if (feed.last()) {
      replica.takeUnconfirmed().forEach(key -> removed(replica, key));
    }
    if (feed.last() && !replica.matches(feed.count(), feed.hash())) {
      replica.doubt();
      return refused();
    }
    if (feed.last()) {
      replica.becomeWhole();
      watcher.isWhole(feed.gateway(), () -> holders(replica));
      prove(replica, feed.echo());
    }
    return new FeedAck(
        true,
        nanoClock.getAsLong(),
        isFresh(replica) && replica.isProvenSince(announcedAt),
        serving.getAsBoolean() && certainty() != Certainty.CATCHING_UP,
        directory.size(),
        replica.takeOutdone(),
        full);
  }

  private List<Agent> holders(GatewayReplica replica) {
    return replica.agents().stream()
        .filter(agent -> directory.holder(agent.id()).orElse(null) == agent)
        .toList();
  }

  private FeedAck refused() {
    return new FeedAck(
        false, nanoClock.getAsLong(), false, false, directory.size(), List.of(), List.of());
  }

  private static void prove(GatewayReplica replica, long echo) {
    if (echo != 0) {
      replica.provenAt(echo);
    }
  }

  private void apply(Feed feed, GatewayReplica replica, Change change, List<Long> full) {
    switch (change) {
      case Change.Added added -> added(feed, replica, added.registration(), full);
      case Change.Removed removed -> removed(replica, removed.key());
    }
  }

  private void added(
      Feed feed, GatewayReplica replica, Registration registration, List<Long> full) {
    replica.confirm(registration.key());
    Agent known = replica.get(registration.key());
    if (known != null && known.registration().equals(registration)) {
      if (directory.holder(known.id()).orElse(null) != known) {
        // It lost its id, and the answer that said so may have been lost too.
        claim(replica, known, full);
      }
      return;
    }
    Agent agent = new Agent(registration, feed.gateway(), feed.incarnation());
    replica.put(agent);
    if (known != null) {
      directory.remove(known);
    }
    claim(replica, agent, full);
  }

  private void removed(GatewayReplica replica, long key) {
    Agent agent = replica.remove(key);
    if (agent != null) {
      drop(agent);
    }
  }

  private void claim(GatewayReplica replica, Agent agent, List<Long> full) {
    AgentDirectory.Addition addition = directory.add(agent);
    switch (addition.outcome()) {
      case HOLDS -> {
        Agent outdone = addition.outdone();
        if (outdone != null && replicas.containsKey(outdone.gateway())) {
          replicas.get(outdone.gateway()).noteOutdone(outdone.registration().key());
        }
      }
      case OUTDONE -> replica.noteOutdone(agent.registration().key());
      case FULL -> full.add(agent.registration().key());
    }
  }

  /** Notes that the event loop runs; a long pause since the last call voids every proof. */
  void tick() {
    long now = nanoClock.getAsLong();
    if (now - lastTick > STALL_NANOS) {
      wokeAt = now;
    }
    lastTick = now;
  }

  /** The clock by which pauses are known, in nanoseconds. */
  long now() {
    return nanoClock.getAsLong();
  }

  /** Whether the router was stopped, or started, after {@code nanos} of its clock. */
  boolean wokeSince(long nanos) {
    return wokeAt - nanos > 0;
  }

  /**
   * Whether a gateway is known to have sent something since the router woke, and lately: what it
   * sent before has come then, and it has not turned to another router.
   */
  boolean isFresh(String gateway) {
    GatewayReplica replica = replicas.get(gateway);
    return replica != null && isFresh(replica);
  }

  /** Wants every gateway to send something after it heard an answer that is given from now on. */
  void announce() {
    announcedAt = nanoClock.getAsLong();
  }

  /** Whether every gateway in view has. */
  boolean isAnnounced() {
    return gateways.values().stream()
        .filter(gateway -> !isStarting(gateway))
        .allMatch(gateway -> {
          GatewayReplica replica = replicas.get(gateway.id());
          return replica != null && replica.isProvenSince(announcedAt);
        });
  }

  /** Whether the router was stopped, or started, a moment ago. */
  boolean wokeLately() {
    return nanoClock.getAsLong() - wokeAt < LATELY_NANOS;
  }

  /** How sure the router is of what it knows at this moment. */
  Certainty certainty() {
    long now = nanoClock.getAsLong();
    boolean wokeLately = now - wokeAt < LEASE_NANOS;
    boolean silent = !everyMemberMet.getAsBoolean();
    for (NodeInfo gateway : gateways.values()) {
      GatewayReplica replica = replicas.get(gateway.id());
      if (isStarting(gateway) || (replica != null && isFresh(replica))) {
        continue;
      }
      if (wokeLately) {
        return Certainty.CATCHING_UP;
      }
      silent = true;
    }
    return silent ? Certainty.PARTIAL : Certainty.WHOLE;
  }

  /** A gateway that does not serve yet takes no registrations. */
  private static boolean isStarting(NodeInfo gateway) {
    return gateway.isStartingToHold();
  }

  private boolean isFresh(GatewayReplica replica) {
    long now = nanoClock.getAsLong();
    long leaseStart = now - LEASE_NANOS;
    long since = wokeAt - leaseStart > 0 ? wokeAt : leaseStart;
    return replica.isProvenSince(since);
  }

  /** Whether a snapshot of every gateway in view is here. */
  boolean isWhole() {
    return gateways.keySet().stream()
        .allMatch(id -> replicas.containsKey(id) && replicas.get(id).isWhole());
  }
}
