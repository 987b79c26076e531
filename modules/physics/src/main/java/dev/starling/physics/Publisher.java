/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.MeshBus;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.frame.PathColumns;
import dev.starling.protocol.mesh.GatewayMessage.PathTree;
import dev.starling.protocol.mesh.GatewayMessage.Positions;
import dev.starling.protocol.mesh.PhysicsMessage.Watch;
import dev.starling.protocol.mesh.PhysicsMessage.Watching;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends blocks and shortest paths to the gateways that watch: each at its own rate, one block at a
 * time on the way to each, the latest as soon as it has taken the one before. The verticle's event
 * loop only.
 */
final class Publisher {
  /** For so long a gateway that said nothing more is still sent to. */
  static final long LEASE_NANOS = 3_000_000_000L;

  private static final long SECOND = 1_000_000_000L;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** A block is due this much early: ticks are not quite evenly apart. */
  private static final double EARLY = 0.4;

  /** A gateway with somebody who watches. */
  private static final class Watcher {
    final String gateway;
    int rate;
    Set<Integer> sources = Set.of();
    long until;
    @Nullable LayoutBlock sent;
    long sentAt;
    boolean isBusy;
    boolean isBusyWithPaths;

    /** Versions of the paths that it has, by source. */
    final Map<Integer, Long> has = new HashMap<>();

    Watcher(String gateway) {
      this.gateway = gateway;
    }
  }

  private final MeshBus bus;
  private final int maxSources;
  private final PhysicsMetrics metrics;
  private final LongSupplier nanoClock;
  private final Map<String, Watcher> watchers = new LinkedHashMap<>();
  private final Map<Integer, PathColumns> paths = new HashMap<>();

  /** Nodes that somebody is about to watch from, and until when they are kept free for it. */
  private final Map<Integer, Long> reserved = new HashMap<>();

  private @Nullable LayoutBlock latest;
  private double rate = PhysicsConfig.FULL_RATE;
  private int hub = -1;

  Publisher(MeshBus bus, int maxSources, PhysicsMetrics metrics, LongSupplier nanoClock) {
    this.bus = bus;
    this.maxSources = maxSources;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
  }

  /**
   * Notes that a gateway watches.
   *
   * @param there those of its sources that are nodes
   */
  Watching watch(Watch asked, Set<Integer> there, long term) {
    Watcher watcher = watchers.computeIfAbsent(asked.gateway(), Watcher::new);
    watcher.rate = asked.rate();
    watcher.until = nanoClock.getAsLong() + LEASE_NANOS;
    watcher.sources = Set.of();
    Set<Integer> inUse = sources();
    Set<Integer> granted = new LinkedHashSet<>();
    for (int source : asked.sources()) {
      boolean fits = inUse.contains(source) || inUse.size() < maxSources;
      if (there.contains(source) && fits) {
        inUse.add(source);
        granted.add(source);
      }
    }
    watcher.sources = granted;
    // What the gateway does not ask for any more it has forgotten, too.
    watcher.has.keySet().removeIf(source -> source != hub && !granted.contains(source));
    if (asked.rate() <= 0) {
      watchers.remove(asked.gateway());
    } else {
      pump(watcher);
      pumpPaths(watcher);
    }
    int[] refused =
        IntStream.of(asked.sources()).filter(source -> !granted.contains(source)).toArray();
    return new Watching(term, hub, refused);
  }

  /** Keeps room for a node that a session has just chosen to watch from. */
  void reserve(int slot) {
    long now = nanoClock.getAsLong();
    reserved.values().removeIf(until -> until - now < 0);
    Set<Integer> inUse = sources();
    inUse.addAll(reserved.keySet());
    if (!inUse.contains(slot) && inUse.size() >= maxSources) {
      throw new RefusalException(
          ErrorCode.SSSP_SOURCES_BUSY,
          "shortest paths are kept from "
              + maxSources
              + " nodes already; choose one of those, or try again when somebody let go of one",
          Map.of("sources", inUse.stream().sorted().toList().toString(), "most", maxSources));
    }
    reserved.put(slot, now + LEASE_NANOS);
  }

  /** Nodes that somebody watches from. */
  Set<Integer> sources() {
    Set<Integer> all = new HashSet<>();
    watchers.values().forEach(watcher -> all.addAll(watcher.sources));
    return all;
  }

  /** Most blocks a second that a gateway takes; 0 where nobody watches. */
  int rate() {
    return watchers.values().stream().mapToInt(watcher -> watcher.rate).max().orElse(0);
  }

  int watchers() {
    return watchers.size();
  }

  /** Takes the latest block, of which so many come in a second. */
  void moved(LayoutBlock block, double blocksPerSecond) {
    latest = block;
    rate = blocksPerSecond;
    watchers.values().forEach(this::pump);
  }

  void hubIs(int slot) {
    hub = slot;
    watchers.values().forEach(this::pumpPaths);
  }

  /** Takes the latest paths from a node. */
  void changed(PathColumns columns) {
    paths.put(columns.source(), columns);
    watchers.values().forEach(this::pumpPaths);
  }

  /** Forgets gateways that said nothing any more, and paths that nobody wants. */
  void tidy(Set<String> gateways) {
    long now = nanoClock.getAsLong();
    watchers
        .values()
        .removeIf(watcher -> watcher.until - now < 0 || !gateways.contains(watcher.gateway));
    Set<Integer> wanted = sources();
    paths.keySet().removeIf(source -> source != hub && !wanted.contains(source));
  }

  /** Forgets everything: this node leads no longer, or leads anew. */
  void clear() {
    watchers.clear();
    paths.clear();
    reserved.clear();
    latest = null;
    hub = -1;
  }

  private void pump(Watcher watcher) {
    LayoutBlock block = latest;
    if (block == null || watcher.isBusy || !isDue(watcher, block)) {
      return;
    }
    if (watcher.sent != null && block.tick() > watcher.sent.tick() + 1) {
      metrics.skipped(block.tick() - watcher.sent.tick() - 1);
    }
    watcher.sent = block;
    watcher.sentAt = nanoClock.getAsLong();
    watcher.isBusy = true;
    bus.request(Addresses.gateway(watcher.gateway), new Positions(block), PATIENCE)
        .onComplete(done -> {
          metrics.blockSent(done.succeeded());
          watcher.isBusy = false;
          pump(watcher);
        });
  }

  /** What rests is sent at once: there may be no block after it. */
  private boolean isDue(Watcher watcher, LayoutBlock block) {
    long passed = nanoClock.getAsLong() - watcher.sentAt;
    double wanted = Math.min(watcher.rate, rate);
    LayoutBlock sent = watcher.sent;
    boolean isOld = sent != null && !block.isAfter(sent);
    boolean isTime = passed >= SECOND / wanted - EARLY * SECOND / rate;
    return sent == null || (!isOld && (isTime || !block.isMoving()));
  }

  private void pumpPaths(Watcher watcher) {
    if (watcher.isBusyWithPaths) {
      return;
    }
    for (PathColumns columns : paths.values()) {
      int source = columns.source();
      boolean isWanted = source == hub || watcher.sources.contains(source);
      if (isWanted && watcher.has.getOrDefault(source, -1L) != columns.version()) {
        send(watcher, columns);
        return;
      }
    }
  }

  private void send(Watcher watcher, PathColumns columns) {
    watcher.isBusyWithPaths = true;
    bus.request(Addresses.gateway(watcher.gateway), new PathTree(columns), PATIENCE)
        .onComplete(done -> {
          watcher.isBusyWithPaths = false;
          if (done.succeeded()) {
            watcher.has.put(columns.source(), columns.version());
            watcher.has.keySet().removeIf(source -> !paths.containsKey(source));
            pumpPaths(watcher);
          }
        });
  }

  /** The slots of {@code asked} that are nodes of the graph. */
  static Set<Integer> there(GraphStore store, int[] asked) {
    Set<Integer> there = new HashSet<>();
    Arrays.stream(asked).filter(store.graph()::isThere).forEach(there::add);
    return there;
  }
}
