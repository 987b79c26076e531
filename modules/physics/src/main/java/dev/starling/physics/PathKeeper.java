/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.CompactAdjacency;
import dev.starling.graphs.Graph;
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
import org.jspecify.annotations.Nullable;
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

  /** After so long it tries again where the graph could not be had, or something failed. */
  private static final long AGAIN_MILLIS = 500;

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
  private @Nullable Held held;

  /** The snapshot that was taken last, and of what: while that stays as it is, so does this. */
  private record Held(Graph graph, long version, GraphSnapshot snapshot) {
    static Held of(GraphStore store) {
      return new Held(store.graph(), store.graph().version(), GraphSnapshot.of(store));
    }

    boolean isOf(Graph now) {
      return graph == now && version == now.version();
    }

    /** For the next time: its changes have been seen then. */
    Held unchanged() {
      GraphSnapshot same =
          new GraphSnapshot(snapshot.adjacency(), snapshot.nodes(), new EdgeChanges());
      return new Held(graph, version, same);
    }
  }

  PathKeeper(Simulation simulation, Listener listener) {
    this.simulation = simulation;
    this.listener = listener;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("physics-paths").factory());
  }

  /** Begins anew, for a term in which this node leads: everything is told again. */
  void begin(long newTerm) {
    execute(() -> {
      term = newTerm;
      kept.clear();
      held = null;
      hub = NOBODY;
    });
    refresh();
  }

  private void execute(Runnable work) {
    try {
      thread.execute(work);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed", e);
    }
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
      if (!isWatched) {
        execute(() -> held = null);
      }
      refresh();
    }
  }

  /** Says that the graph was changed. */
  void edited() {
    refresh();
  }

  private void refresh() {
    refreshIn(LULL_MILLIS);
  }

  private void refreshIn(long millis) {
    if (watched && isDue.compareAndSet(false, true)) {
      try {
        Future<?> _ = thread.schedule(this::refreshIfDue, millis, TimeUnit.MILLISECONDS);
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
      // It does not lead, or has too much to do.
      LOG.debug("the graph could not be had: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("shortest paths failed; all are computed anew", e);
    }
  }

  private GraphSnapshot bringUpToDate() {
    isDue.set(false);
    try {
      GraphSnapshot now = snapshot();
      bringUpTo(now);
      return now;
    } catch (RuntimeException e) {
      // A graph at rest gives no other occasion.
      refreshIn(AGAIN_MILLIS);
      throw e;
    }
  }

  private GraphSnapshot snapshot() {
    Held known = held;
    Held now =
        simulation
            .withWorld(world ->
                known != null && known.isOf(world.graph()) ? known : Held.of(world.store()))
            .join();
    held = now.unchanged();
    return now.snapshot();
  }

  private void bringUpTo(GraphSnapshot now) {
    try {
      bringTreesUpTo(now);
    } catch (RuntimeException e) {
      kept.clear(); // the changes that came with the snapshot do not come again
      throw e;
    }
  }

  private void bringTreesUpTo(GraphSnapshot now) {
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
