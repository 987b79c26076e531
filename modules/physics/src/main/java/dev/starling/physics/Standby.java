/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.MeshBus;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.mesh.PhysicsMessage.Copied;
import dev.starling.protocol.mesh.PhysicsMessage.Edits;
import dev.starling.protocol.mesh.PhysicsMessage.Page;
import dev.starling.protocol.mesh.PhysicsMessage.PageQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Version;
import dev.starling.protocol.mesh.PhysicsMessage.VersionQuery;
import dev.starling.protocol.mesh.PhysicsMessage.Versions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's copy of the graph while another one leads: read from that one page by page, and
 * changed by the edits that it tells from then on. Whatever is missed is noticed by its number, or
 * by looking once in a while, and mended by reading anew. The verticle's event loop only; the graph
 * itself belongs to the simulation's thread.
 */
final class Standby {
  private static final Logger LOG = LoggerFactory.getLogger(Standby.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Messages of edits that may wait while the graph is read. */
  private static final int MOST_EARLY = 1_000;

  /** Copies by how late they are. */
  static final Comparator<Version> BY_AGE =
      Comparator.comparingLong(Version::term).thenComparingLong(Version::sequence);

  private final MeshBus bus;
  private final Context context;
  private final String self;
  private final Simulation simulation;
  private final GraphKeeper disk;
  private final Deque<Edits> early = new ArrayDeque<>();
  private Version version = new Version(0, 0);

  /** What was told of a change that is not whole yet: it takes effect with its end, or not. */
  private final List<Edits> unfinished = new ArrayList<>();

  private @Nullable LayoutBlock layout;

  /** Whom it is read from; empty while it is not read. */
  private String reading = "";

  private String followed = "";
  private boolean isInStep;

  /** Counts the times that somebody's graph is read; what belongs to an earlier one is left out. */
  private int reads;

  /** What could not be read was told already. */
  private String toldFault = "";

  Standby(MeshBus bus, Context context, String self, Simulation simulation, GraphKeeper disk) {
    this.bus = bus;
    this.context = context;
    this.self = self;
    this.simulation = simulation;
    this.disk = disk;
  }

  /** How late the copy is. */
  Version version() {
    return version;
  }

  /** Where the nodes were when this node heard of it last; null where it never did. */
  @Nullable LayoutBlock layout() {
    return layout;
  }

  /** Whether it has all that the leader has, as far as it knows. */
  boolean isInStep() {
    return isInStep;
  }

  /** How late the last is that it was told, in effect or not. */
  private Version heard() {
    return unfinished.isEmpty()
        ? version
        : new Version(unfinished.getLast().term(), unfinished.getLast().sequence());
  }

  /** Takes over what this node has led, or has read from its disk. */
  void is(Version newVersion, @Nullable LayoutBlock newLayout) {
    unfinished.clear();
    version = newVersion;
    layout = newLayout == null ? layout : newLayout;
  }

  void keep(LayoutBlock newLayout) {
    if (layout == null || newLayout.isAfter(layout)) {
      layout = newLayout;
    }
  }

  /** Has another leader, or none: the copy is in step with nobody. */
  void forgetLeader() {
    isInStep = false;
    followed = "";
    reading = "";
    reads++;
    early.clear();
    unfinished.clear();
  }

  /** Looks whether the copy is what {@code leader} has, and reads it where it is not. */
  Future<Void> follow(String leader) {
    if (!reading.isEmpty()) {
      return Future.succeededFuture();
    }
    if (!leader.equals(followed)) {
      followed = leader;
      isInStep = false;
    }
    Version before = heard();
    return bus.request(Addresses.physics(leader), new VersionQuery(), PATIENCE)
        .compose(theirs -> {
          // It may have told of what came between only now.
          boolean isBehind = BY_AGE.compare(theirs.now(), heard()) > 0 && before.equals(heard());
          return isInStep && !isBehind ? Future.succeededFuture() : read(leader, theirs);
        });
  }

  /** Reads the whole graph from another node, and has it in the place of what there is. */
  Future<Void> read(String from, Versions theirs) {
    if (!reading.isEmpty()) {
      return Future.succeededFuture();
    }
    reading = from;
    reads++;
    isInStep = false;
    early.clear();
    unfinished.clear();
    int mine = reads;
    return page(mine, from, 0, new ArrayList<>())
        .compose(pages -> replace(mine, pages, theirs))
        .compose(ignored -> applyEarly(mine))
        .onComplete(done -> {
          if (mine == reads) {
            reading = "";
            isInStep = done.succeeded();
            told(from, done.succeeded() ? "" : text(done.cause()));
          }
        });
  }

  private void told(String from, String fault) {
    if (fault.isEmpty()) {
      LOG.info("has the graph of {}: version {}.{}", from, version.term(), version.sequence());
    } else if (!fault.equals(toldFault)) {
      LOG.warn("cannot take over the graph of {}, and tries again: {}", from, fault);
    }
    toldFault = fault;
  }

  private Future<List<Page>> page(int mine, String from, int slot, List<Page> before) {
    if (mine != reads) {
      return Future.failedFuture(new IllegalStateException("another leader is followed"));
    }
    return bus.request(Addresses.physics(from), new PageQuery(self, slot), PATIENCE)
        .compose(page -> {
          before.add(page);
          return page.next() == Pages.NO_MORE
              ? Future.succeededFuture(before)
              : page(mine, from, page.next(), before);
        });
  }

  /** Only now, when all of it is here, since who had it may be gone; and all of it or nothing. */
  private Future<Void> replace(int mine, List<Page> pages, Versions theirs) {
    if (mine != reads) {
      return Future.failedFuture(new IllegalStateException("another leader is followed"));
    }
    return onContext(
            simulation.withCopy(store -> {
              GraphStore fresh = store.emptied();
              pages.forEach(page -> page.edits().forEach(fresh::apply));
              store.become(fresh);
              return fresh;
            }))
        .onSuccess(ignored -> {
          Page first = pages.getFirst();
          disk.replaced(hasWhatIsNotIn(theirs));
          version = new Version(first.term(), first.sequence());
          layout =
              Blocks.joined(pages.stream().map(Page::layout).filter(Objects::nonNull).toList());
        });
  }

  /** Whether this copy may have changes that the graph which takes its place never had. */
  private boolean hasWhatIsNotIn(Versions theirs) {
    Version base = theirs.base();
    boolean isEmpty = version.term() == 0;
    boolean isOfTheirTerm = version.term() == theirs.now().term();
    boolean isBefore = version.term() == base.term() && version.sequence() <= base.sequence();
    return !isEmpty && !isOfTheirTerm && !isBefore;
  }

  private Future<Void> applyEarly(int mine) {
    Edits next = mine == reads ? early.poll() : null;
    if (next == null) {
      return Future.succeededFuture();
    }
    return (isNew(next) ? apply(next) : Future.<Void>succeededFuture())
        .compose(ignored -> applyEarly(mine));
  }

  private boolean isNew(Edits edits) {
    return BY_AGE.compare(new Version(edits.term(), edits.sequence()), heard()) > 0;
  }

  /** A change that is told in parts takes effect with its last one. */
  private Future<Void> apply(Edits told) {
    unfinished.add(told);
    if (!told.isWhole()) {
      return Future.succeededFuture();
    }
    List<Edits> whole = List.copyOf(unfinished);
    return onContext(
            simulation.withCopy(store -> {
              whole.forEach(part -> part.edits().forEach(store::apply));
              return told;
            }))
        .onSuccess(ignored -> {
          unfinished.removeAll(whole);
          version = new Version(told.term(), told.sequence());
          whole.forEach(disk::edited);
        })
        .onFailure(failure -> {
          unfinished.removeAll(whole);
          isInStep = false;
        });
  }

  /** A page of the copy, for another copy. */
  Future<Page> page(int from) {
    Version at = version;
    LayoutBlock last = layout;
    return Answers.inTurn(
        simulation.withStore(store -> {
          Pages.Page page = Pages.of(store, from);
          boolean isLast = page.next() == Pages.NO_MORE;
          return new Page(
              at.term(), at.sequence(), page.next(), page.edits(), isLast ? last : null);
        }),
        context);
  }

  /** Takes what the leader tells, and says whether nothing was missed before it. */
  Future<Copied> edits(Edits told) {
    if (!reading.isEmpty()) {
      boolean fits = early.size() < MOST_EARLY;
      if (fits) {
        early.add(told);
      }
      return Future.succeededFuture(new Copied(fits));
    }
    boolean isNext =
        isInStep && told.term() == version.term() && told.sequence() == heard().sequence() + 1;
    boolean isKnown = isInStep && told.term() == version.term() && !isNew(told);
    if (!isNext) {
      isInStep &= isKnown;
      return Future.succeededFuture(new Copied(isKnown));
    }
    return apply(told).map(new Copied(true));
  }

  private Future<Void> onContext(CompletableFuture<?> work) {
    return Answers.inTurn(work, context).mapEmpty();
  }

  private static String text(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }
}
