/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.CompactAdjacency;
import dev.starling.graphs.paths.DeltaStepping;
import dev.starling.graphs.paths.ShortestPathTree;
import dev.starling.physics.EdgeChanges.Change;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.frame.PathColumns;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the shortest paths from the nodes that somebody watches from, on one thread of its own,
 * over snapshots of the graph: ten a second at the most. An edge that came or became shorter mends
 * a tree in place; one that is longer or gone has the tree computed anew, if the tree uses it. Safe
 * from any thread.
 */
final class PathKeeper implements AutoCloseable {
  /** Questions that may wait. */
  private static final int MOST_WAITING = 64;

  private static final long LULL_MILLIS = 100;
  private static final int NOBODY = -1;

  /** Another node becomes the hub only where it has so many times the edges. */
  private static final double CLEARLY_MORE = 1.2;

  private static final Logger LOG = LoggerFactory.getLogger(PathKeeper.class);

  /** Who hears of paths; called on the keeper's thread. */
  interface Listener {
    /** The paths from a node are others now. */
    void changed(PathColumns columns);

    /** Another node has the most edges; −1 for none. */
    void hubIs(int slot);
  }

  private final Simulation simulation;
  private final Listener listener;
  private final ScheduledThreadPoolExecutor thread;
  private final AtomicBoolean isDue = new AtomicBoolean();
  private final AtomicInteger waiting = new AtomicInteger();
  private final DeltaStepping stepping = new DeltaStepping();
  private final Map<Integer, ShortestPathTree> kept = new HashMap<>();

  /** Nodes that somebody has come to watch from, and was not told of yet. */
  private final Set<Integer> untold = ConcurrentHashMap.newKeySet();

  private volatile Set<Integer> wanted = Set.of();
  private volatile boolean watched;
  private long term;
  private int hub = NOBODY;
  private long version;

  PathKeeper(Simulation simulation, Listener listener) {
    this.simulation = simulation;
    this.listener = listener;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("physics-paths").factory());
  }

  /** Begins anew, for a term in which this node leads: everything is told again. */
  void begin(long newTerm) {
    try {
      thread.execute(() -> {
        term = newTerm;
        kept.clear();
        hub = NOBODY;
      });
    } catch (RejectedExecutionException e) {
      LOG.debug("closed", e);
    }
    refresh();
  }

  /**
   * Says which nodes somebody watches from.
   *
   * @param isWatched whether anybody watches at all: then the hub's paths are kept as well
   */
  void want(boolean isWatched, Set<Integer> sources) {
    if (isWatched != watched || !sources.equals(wanted)) {
      // Who wants them has forgotten what was told before.
      sources.stream().filter(source -> !wanted.contains(source)).forEach(untold::add);
      untold.retainAll(sources);
      watched = isWatched;
      wanted = Set.copyOf(sources);
      refresh();
    }
  }

  /** Says that the graph was changed. */
  void edited() {
    refresh();
  }

  private void refresh() {
    if (watched && isDue.compareAndSet(false, true)) {
      try {
        Future<?> _ = thread.schedule(this::refreshIfDue, LULL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        LOG.debug("closed", e);
      }
    }
  }

  private void refreshIfDue() {
    try {
      if (isDue.get()) {
        bringUpToDate();
      }
    } catch (CompletionException e) {
      // It does not lead, or has too much to do; it is asked again with the next change or wish.
      LOG.debug("the graph could not be had: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("shortest paths failed; all are computed anew", e);
    }
  }

  private GraphSnapshot bringUpToDate() {
    isDue.set(false);
    GraphSnapshot now = simulation.withWorld(world -> GraphSnapshot.of(world.store())).join();
    try {
      bringUpTo(now);
    } catch (RuntimeException e) {
      kept.clear(); // the changes that came with the snapshot do not come again
      throw e;
    }
    return now;
  }

  private void bringUpTo(GraphSnapshot now) {
    chooseHub(now);
    kept.keySet().removeIf(source -> !isKept(now, source));
    for (int source : wanted) {
      keep(now, source);
    }
    if (!wanted.contains(hub)) {
      keep(now, hub);
    }
  }

  private boolean isKept(GraphSnapshot now, int source) {
    return source >= 0
        && watched
        && now.nodes().get(source)
        && (source == hub || wanted.contains(source));
  }

  private void chooseHub(GraphSnapshot now) {
    CompactAdjacency adjacency = now.adjacency();
    int best = hub >= 0 && now.nodes().get(hub) ? hub : NOBODY;
    for (int slot = now.nodes().nextSetBit(0); slot >= 0; slot = now.nodes().nextSetBit(slot + 1)) {
      double needed = best < 0 ? -1 : adjacency.degree(best) * (best == hub ? CLEARLY_MORE : 1);
      if (adjacency.degree(slot) > needed) {
        best = slot;
      }
    }
    if (best != hub) {
      hub = best;
      listener.hubIs(best);
    }
  }

  private void keep(GraphSnapshot now, int source) {
    if (!isKept(now, source)) {
      return;
    }
    ShortestPathTree tree = kept.get(source);
    if (tree == null) {
      tree = new ShortestPathTree(source);
      kept.put(source, tree);
      stepping.run(now.adjacency(), tree);
    } else if (!mend(now, tree) && !untold.contains(source)) {
      return;
    }
    untold.remove(source);
    listener.changed(columns(tree, now.adjacency().size(), ++version));
  }

  /** Brings a tree up to date, and says whether anything may be another now. */
  private boolean mend(GraphSnapshot now, ShortestPathTree tree) {
    EdgeChanges changes = now.changes();
    if (changes.isEmpty()) {
      return false;
    }
    boolean isBroken =
        changes.areMore()
            || changes.all().stream()
                .anyMatch(change -> !change.shortens() && tree.uses(change.a(), change.b()));
    if (isBroken) {
      stepping.run(now.adjacency(), tree);
      return true;
    }
    for (Change change : changes.all()) {
      if (change.shortens()) {
        stepping.shortened(now.adjacency(), tree, change.a(), change.b());
      }
    }
    return changes.all().stream().anyMatch(Change::shortens);
  }

  private PathColumns columns(ShortestPathTree tree, int slots, long number) {
    return new PathColumns(
        term,
        number,
        tree.source(),
        Arrays.copyOf(tree.distance(), slots),
        Arrays.copyOf(tree.parent(), slots));
  }

  /**
   * What one question came to.
   *
   * @param slots {@code int[n]}: the nodes that there are
   */
  record Found(int[] slots, PathColumns columns) {}

  /** Finds the paths from a node as the graph is now; UNAVAILABLE where too many ask. */
  CompletableFuture<Found> from(int source) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      return CompletableFuture.failedFuture(
          RefusalException.unavailable("physics", "too many ask for shortest paths; try again"));
    }
    return CompletableFuture.supplyAsync(() -> find(source), thread)
        .whenComplete((found, failure) -> waiting.decrementAndGet());
  }

  private Found find(int source) {
    GraphSnapshot now = bringUpToDate();
    ShortestPathTree tree = new ShortestPathTree(source);
    stepping.run(now.adjacency(), tree);
    int[] slots = now.nodes().stream().toArray();
    return new Found(slots, columns(tree, now.adjacency().size(), 0));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
