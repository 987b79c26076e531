/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.PhysicsMessage.Edits;
import dev.starling.protocol.mesh.PhysicsMessage.Page;
import dev.starling.protocol.mesh.PhysicsMessage.Version;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node's copy of the graph on its disk, leading or not: edits as they are made, the
 * layout once in a while, one write at a time on a worker. A disk that is full, broken or too slow
 * keeps nobody from changing the graph: it is said once, counted, and the graph is written anew
 * once it can be. The verticle's event loop only.
 */
final class GraphDisk {
  /** What may wait to be written, in bytes as messages weigh; beyond, all is written anew. */
  private static final long MOST_WAITING = 64 << 20;

  /** What is written, and waited for, as one. */
  private static final int MOST_AT_ONCE = 64;

  private static final int NO_PAGE = -1;
  private static final long LAYOUT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final Logger LOG = LoggerFactory.getLogger(GraphDisk.class);

  /** What is to be written. */
  private sealed interface Entry {
    record Change(Edits edits, long ticket) implements Entry {}

    /** What follows is another graph. */
    record Departure() implements Entry {}

    /** A page of the graph that is written anew. */
    record Part(Page page, int rewrite, boolean isFirst, boolean keepsOld) implements Entry {}
  }

  /** Somebody who waits until edits are on the disk. */
  private record Waiter(long ticket, Promise<Void> promise) {}

  private final Context context;
  private final PhysicsMetrics metrics;
  private final LongSupplier nanoClock;
  private final @Nullable GraphFile file;

  /** Reads a page of the graph that this node holds, from a slot on. */
  private final IntFunction<Future<Page>> pages;

  private final Deque<Entry> waiting = new ArrayDeque<>();
  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private long weight;
  private long told;
  private long kept;
  private boolean isWriting;
  private boolean isFailing;
  private boolean isClosed;

  /** The disk has no journal that takes what is made. */
  private boolean isMissing;

  /** The graph is to be written anew, not before {@link #retryAt}. */
  private boolean isDue;

  private long retryAt;

  /** Counts the times that the graph is written anew; pages of an earlier one are left out. */
  private int rewrite;

  private boolean isRewriting;

  /** Where the page begins that is read once what came before is written. */
  private int nextPage = NO_PAGE;

  /** What was loaded, and still is all that this node has. */
  private boolean hasLoaded;

  /** What was loaded is to be kept beside what takes its place. */
  private boolean keepsOld;

  private @Nullable LayoutBlock layout;
  private long layoutAt;
  private Future<Void> layoutKept = Future.succeededFuture();

  /**
   * A disk that nothing was read from yet.
   *
   * @param folder empty where nothing is to be kept
   * @param pages complete on the event loop, behind the edits that a page has
   */
  GraphDisk(
      Context context,
      Optional<Path> folder,
      PhysicsMetrics metrics,
      LongSupplier nanoClock,
      IntFunction<Future<Page>> pages) {
    this.context = context;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
    this.file = folder.map(GraphFile::new).orElse(null);
    this.pages = pages;
    this.retryAt = nanoClock.getAsLong();
    this.layoutAt = retryAt;
  }

  /**
   * Reads what this node kept.
   *
   * @param each is given the edits that make the graph, in order, on a worker, and may wait
   * @return how late it is, and where the nodes were; fails where a file cannot be read
   */
  Future<GraphFile.Loaded> load(Consumer<List<GraphEdit>> each) {
    GraphFile there = file;
    if (there == null) {
      return Future.succeededFuture(new GraphFile.Loaded(new Version(0, 0), null, true));
    }
    return context
        .executeBlocking(() -> there.load(each))
        .map(read -> loaded(Objects.requireNonNull(read)));
  }

  private GraphFile.Loaded loaded(GraphFile.Loaded loaded) {
    Version version = loaded.version();
    isDue = !loaded.isWhole();
    isMissing = isDue;
    hasLoaded = version.term() > 0;
    layout = loaded.layout();
    if (hasLoaded) {
      LOG.info("this node kept version {}.{} of the graph", version.term(), version.sequence());
    }
    return loaded;
  }

  /** Keeps edits that were made. */
  void edited(Edits edits) {
    if (file != null) {
      told++;
      add(new Entry.Change(edits, told), edits.weight());
    }
  }

  /** The graph of another node has taken the place of what this one had. */
  void replaced() {
    if (file != null) {
      keepsOld |= hasLoaded;
      hasLoaded = false;
      isDue = true;
      isMissing = true;
      isRewriting = false;
      nextPage = NO_PAGE;
      add(new Entry.Departure(), 0);
    }
  }

  /** Complete once what was made up to now is on the disk, or cannot be. */
  Future<Void> kept() {
    if (file == null || told <= kept || isFailing) {
      return Future.succeededFuture();
    }
    Waiter waiter = new Waiter(told, Promise.promise());
    waiters.add(waiter);
    return waiter.promise().future();
  }

  /** What is due; to be called once a second. {@code now} is where the nodes are. */
  void tend(@Nullable LayoutBlock now) {
    long at = nanoClock.getAsLong();
    if (isClosed) {
      return;
    }
    if (isDue && !isRewriting && at - retryAt >= 0) {
      isDue = false;
      isRewriting = true;
      rewrite++;
      readPage(0);
    }
    if (at - layoutAt > LAYOUT_NANOS && layoutKept.isComplete()) {
      saveLayout(now);
    }
  }

  private void readPage(int from) {
    int mine = rewrite;
    nextPage = NO_PAGE;
    pages
        .apply(from)
        .onComplete(
            page -> {
              if (isRewriting && mine == rewrite) {
                add(new Entry.Part(page, mine, from == 0, keepsOld), page.weight());
              }
            },
            failure -> {
              if (isRewriting && mine == rewrite) {
                LOG.debug("the graph cannot be read now, to be written anew", failure);
                writeAnewLater();
              }
            });
  }

  private void writeAnewLater() {
    isRewriting = false;
    nextPage = NO_PAGE;
    isDue = true;
    retryAt = nanoClock.getAsLong() + RETRY_NANOS;
  }

  private void add(Entry entry, int entryWeight) {
    waiting.add(entry);
    weight += entryWeight;
    if (weight > MOST_WAITING) {
      failed(new IOException("too slow: " + (weight >> 20) + " MiB wait for it"));
    } else {
      pump();
    }
  }

  private void pump() {
    GraphFile to = file;
    if (to == null || isWriting || isClosed) {
      return;
    }
    if (waiting.isEmpty()) {
      if (nextPage != NO_PAGE) {
        readPage(nextPage);
      }
      return;
    }
    List<Entry> batch = takeBatch();
    isWriting = true;
    context
        .executeBlocking(() -> write(to, batch), false)
        .onComplete(
            isLong -> {
              isWriting = false;
              isDue |= isLong && !isRewriting;
              batch.forEach(this::written);
              pump();
            },
            failure -> {
              isWriting = false;
              failed(failure);
              pump();
            });
  }

  private List<Entry> takeBatch() {
    List<Entry> batch = new ArrayList<>();
    while (!waiting.isEmpty() && batch.size() < MOST_AT_ONCE) {
      Entry next = waiting.remove();
      batch.add(next);
      weight -=
          switch (next) {
            case Entry.Change(Edits edits, long _) -> edits.weight();
            case Entry.Departure _ -> 0;
            case Entry.Part part -> part.page().weight();
          };
    }
    return batch;
  }

  /** On a worker; whether the journal has become long. */
  private static boolean write(GraphFile to, List<Entry> batch) throws IOException {
    try {
      for (Entry entry : batch) {
        switch (entry) {
          case Entry.Change(Edits edits, long _) -> to.append(edits);
          case Entry.Departure _ -> to.leave();
          case Entry.Part part -> write(to, part);
        }
      }
      to.force();
      return to.isLong();
    } catch (IOException e) {
      to.close();
      throw e;
    }
  }

  private static void write(GraphFile to, Entry.Part part) throws IOException {
    if (part.isFirst()) {
      to.begin();
    }
    to.add(part.page());
    if (part.page().next() == Pages.NO_MORE) {
      to.end(part.keepsOld());
    }
  }

  private void written(Entry entry) {
    switch (entry) {
      case Entry.Change(Edits _, long ticket) -> {
        if (!isMissing) {
          keptUpTo(ticket);
        }
      }
      case Entry.Departure _ -> {}
      case Entry.Part part -> {
        if (isRewriting && part.rewrite() == rewrite) {
          partWritten(part);
        }
      }
    }
  }

  private void partWritten(Entry.Part part) {
    if (part.page().next() != Pages.NO_MORE) {
      nextPage = part.page().next();
      return;
    }
    isRewriting = false;
    isMissing = false;
    keepsOld = false;
    keptUpTo(told - changesWaiting());
    if (isFailing) {
      isFailing = false;
      LOG.info("the graph is kept on disk again");
    }
  }

  private long changesWaiting() {
    return waiting.stream().filter(Entry.Change.class::isInstance).count();
  }

  private void keptUpTo(long ticket) {
    kept = Math.max(kept, ticket);
    while (!waiters.isEmpty() && waiters.element().ticket() <= kept) {
      waiters.remove().promise().complete();
    }
  }

  private void failed(Throwable failure) {
    metrics.diskFailed();
    waiting.clear();
    waiting.add(new Entry.Departure()); // what follows would stand behind a gap
    weight = 0;
    isMissing = true;
    writeAnewLater();
    if (!isFailing) {
      isFailing = true;
      LOG.warn(
          "the graph cannot be kept on disk: it lives in memory only and would not outlive a full"
              + " restart; look at node.data",
          failure);
    }
    keptUpTo(told);
  }

  /** Keeps where the nodes are, unless that is kept. */
  private void saveLayout(@Nullable LayoutBlock now) {
    GraphFile to = file;
    if (to == null || now == null || now.equals(layout)) {
      return;
    }
    layout = now;
    layoutAt = nanoClock.getAsLong();
    layoutKept =
        context
            .executeBlocking(
                () -> {
                  to.layout(now);
                  return now;
                },
                false)
            .<Void>mapEmpty()
            .onFailure(failure -> {
              metrics.diskFailed();
              LOG.debug("the layout cannot be kept on disk", failure);
            });
  }

  /** Complete when everything is on disk, with where the nodes are now. */
  Future<Void> flush(@Nullable LayoutBlock now) {
    if (isClosed) {
      return Future.succeededFuture();
    }
    saveLayout(now);
    return Future.join(kept(), layoutKept).<Void>mapEmpty().otherwiseEmpty();
  }

  /** Keeps nothing more once all is on disk. */
  Future<Void> close(@Nullable LayoutBlock now) {
    return flush(now).onComplete(done -> isClosed = true);
  }
}
