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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node's copy of the graph on its disk, leading or not: edits as they are made, one
 * write at a time on a worker. A disk that is full, broken or too slow keeps nobody from changing
 * the graph: it is said once, counted, and the graph is written anew once it can be. The verticle's
 * event loop only.
 */
final class GraphDisk implements GraphKeeper {
  /** What may wait to be written, in bytes as messages weigh; beyond, all is written anew. */
  private static final long MOST_WAITING = 64 << 20;

  /** What is written, and waited for, as one. */
  private static final int MOST_AT_ONCE = 64;

  /** Nobody waits longer; a write that takes longer has failed. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(4);

  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long CLOSE_MILLIS = 5_000;
  private static final Logger LOG = LoggerFactory.getLogger(GraphDisk.class);

  /** What is to be written. */
  private sealed interface Entry {
    record Change(Edits edits, long ticket) implements Entry {}

    /** What follows is another graph, or stands behind a gap. */
    record Departure() implements Entry {}

    /** A page of the graph that is written anew. */
    record Part(Page page, Rewrite rewrite) implements Entry {}
  }

  /** One time that the graph is written anew, page by page. */
  private static final class Rewrite {
    /** Where the page begins that is read once what came before is written; or none. */
    private int nextPage;

    private boolean hasBegun;
  }

  /** Somebody who waits until edits are on the disk. */
  private record Waiter(long ticket, long since, Promise<Void> promise) {}

  private final Context context;
  private final PhysicsMetrics metrics;
  private final LongSupplier nanoClock;
  private final GraphFile file;
  private final KeptLayout layout;

  /** Reads a page of the graph that this node holds, from a slot on. */
  private final IntFunction<Future<Page>> pages;

  private final Deque<Entry> waiting = new ArrayDeque<>();
  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private long weight;
  private long told;
  private long kept;
  private boolean isWriting;
  private long writesSince;
  private boolean isFailing;
  private boolean isClosed;

  /** No journal on the disk takes what is made: one is to be written anew. */
  private boolean isMissing;

  private boolean isDue;
  private long dueAt;
  private @Nullable Rewrite rewrite;

  /** What is on the disk is to be kept beside what takes its place. */
  private boolean keepsOld;

  /**
   * A disk that nothing was read from yet.
   *
   * @param pages complete on the event loop, behind the edits that a page has
   */
  GraphDisk(
      Context context,
      Path folder,
      PhysicsMetrics metrics,
      LongSupplier nanoClock,
      IntFunction<Future<Page>> pages) {
    this.context = context;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
    this.file = new GraphFile(folder);
    this.layout = new KeptLayout(context, file, metrics, nanoClock);
    this.pages = pages;
  }

  @Override
  public Future<Loaded> load(Consumer<List<GraphEdit>> each) {
    return context
        .executeBlocking(() -> file.load(each))
        .map(read -> {
          Loaded loaded = Objects.requireNonNull(read);
          Version version = loaded.version();
          layout.is(loaded.layout());
          if (version.term() > 0) {
            LOG.info(
                "this node kept version {}.{} of the graph", version.term(), version.sequence());
          }
          return loaded;
        });
  }

  @Override
  public void edited(Edits edits) {
    if (isClosed) {
      return;
    }
    told++;
    add(new Entry.Change(edits, told), edits.weight());
  }

  @Override
  public void replaced(boolean hasOwn) {
    keepsOld |= hasOwn;
    rewrite = null;
    isMissing = true;
    writeAnewAt(nanoClock.getAsLong());
    add(new Entry.Departure(), 0);
  }

  @Override
  public Future<Void> kept() {
    if (told <= kept || isFailing || isClosed) {
      return Future.succeededFuture();
    }
    Waiter waiter = new Waiter(told, nanoClock.getAsLong(), Promise.promise());
    waiters.add(waiter);
    return waiter.promise().future();
  }

  @Override
  public void tend(@Nullable LayoutBlock now) {
    if (isClosed) {
      return;
    }
    long at = nanoClock.getAsLong();
    if (isWriting && !isFailing && at - writesSince > PATIENCE_NANOS) {
      failed(new IOException("a write takes longer than 4 s"));
    }
    answerWithout(at);
    if (isDue && rewrite == null && at - dueAt >= 0) {
      isDue = false;
      rewrite = new Rewrite();
      readPage(rewrite, 0);
    }
    layout.tend(now);
  }

  /** A large graph may be written anew for longer than anybody can wait. */
  private void answerWithout(long at) {
    if (!waiters.isEmpty() && at - waiters.element().since() > PATIENCE_NANOS) {
      metrics.diskFailed();
      LOG.info("changes are answered before they are on disk, where the graph is written anew");
      while (!waiters.isEmpty() && at - waiters.element().since() > PATIENCE_NANOS) {
        waiters.remove().promise().complete();
      }
    }
  }

  private void writeAnewAt(long at) {
    isDue = true;
    dueAt = at;
  }

  private void readPage(Rewrite mine, int from) {
    mine.nextPage = Pages.NO_MORE;
    pages
        .apply(from)
        .onComplete(
            page -> {
              if (mine == rewrite) {
                add(new Entry.Part(page, mine), page.weight());
              }
            },
            failure -> {
              if (mine == rewrite) {
                LOG.debug("the graph cannot be read now, to be written anew", failure);
                rewrite = null;
                writeAnewAt(nanoClock.getAsLong() + RETRY_NANOS);
                if (isMissing) {
                  keptUpTo(told);
                }
              }
            });
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
    if (isWriting || isClosed) {
      return;
    }
    if (waiting.isEmpty()) {
      if (rewrite != null && rewrite.nextPage != Pages.NO_MORE) {
        readPage(rewrite, rewrite.nextPage);
      }
      return;
    }
    List<Entry> batch = takeBatch();
    boolean keeps = keepsOld;
    isWriting = true;
    writesSince = nanoClock.getAsLong();
    context
        .executeBlocking(() -> write(batch, keeps), false)
        .onComplete(
            isLong -> {
              isWriting = false;
              batch.forEach(this::written);
              if (isLong && rewrite == null && !isDue) {
                writeAnewAt(nanoClock.getAsLong());
              }
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
            case Entry.Part(Page page, Rewrite _) -> page.weight();
          };
    }
    return batch;
  }

  /** On a worker; whether the journal has become long. */
  private boolean write(List<Entry> batch, boolean keeps) throws IOException {
    try {
      for (Entry entry : batch) {
        switch (entry) {
          case Entry.Change(Edits edits, long _) -> file.append(edits);
          case Entry.Departure _ -> file.leave();
          case Entry.Part(Page page, Rewrite mine) -> write(page, mine, keeps);
        }
      }
      file.force();
      return file.isLong();
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private void write(Page page, Rewrite mine, boolean keeps) throws IOException {
    if (!mine.hasBegun) {
      mine.hasBegun = true;
      file.begin();
    }
    file.add(page);
    if (page.next() == Pages.NO_MORE) {
      file.end(keeps);
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
      case Entry.Part(Page page, Rewrite mine) -> {
        if (mine == rewrite) {
          partWritten(page, mine);
        }
      }
    }
  }

  private void partWritten(Page page, Rewrite mine) {
    mine.nextPage = page.next();
    if (page.next() != Pages.NO_MORE) {
      return;
    }
    rewrite = null;
    isMissing = false;
    keepsOld = false;
    long notYet = waiting.stream().filter(Entry.Change.class::isInstance).count();
    keptUpTo(told - notYet);
    if (isFailing) {
      isFailing = false;
      LOG.info("the graph is kept on disk again");
    }
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
    waiting.add(new Entry.Departure());
    weight = 0;
    rewrite = null;
    isMissing = true;
    writeAnewAt(nanoClock.getAsLong() + RETRY_NANOS);
    if (!isFailing) {
      isFailing = true;
      LOG.warn(
          "the graph cannot be kept on disk: it lives in memory only and would not outlive a full"
              + " restart; look at node.data",
          failure);
    }
    keptUpTo(told);
  }

  @Override
  public Future<Void> flush(@Nullable LayoutBlock now) {
    Future<Void> edits = isMissing ? Future.succeededFuture() : kept();
    return Future.join(edits, layout.save(now))
        .timeout(CLOSE_MILLIS, TimeUnit.MILLISECONDS)
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  @Override
  public Future<Void> close(@Nullable LayoutBlock now) {
    return flush(now)
        .compose(ignored -> {
          isClosed = true;
          keptUpTo(told);
          return context.executeBlocking(
              () -> {
                file.close();
                return file;
              },
              false);
        })
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }
}
