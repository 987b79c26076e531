/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.mesh.NodeInfo.State;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part in who leads a role: of the nodes that run it, one. Its name stands in a shared
 * document, which others replace, by compare-and-set and under a higher term, only once it is no
 * member any more, drains, or has joined the mesh anew. They do so in rendezvous order, a moment
 * apart. The leader reads its name every second, and leads no longer where it finds another one, or
 * cannot read for longer than the mesh takes to drop a member; after a stop of its process it is no
 * leader to itself until it has read it again.
 *
 * <p>Each side of a split has a leader; when it heals, the one with the higher term stays. So two
 * nodes may lead at the same time: the term goes with what a leader sends, and whoever gets it
 * ignores a lower one.
 *
 * <p>Everything happens on the fabric's event loop; {@link #isCurrent}, {@link #term} and {@link
 * #leader} may be asked on any thread.
 */
public final class Leadership {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
  private static final long PULSE_MILLIS = 100;
  private static final int PULSES_PER_LOOK = 10;

  /** How far apart candidates try, and how many of them wait for turns of their own. */
  private static final long TURN_NANOS = 200_000_000L;

  private static final int MOST_TURNS = 4;
  private static final long RESIGN_MILLIS = 1_000;

  private final Vertx vertx;
  private final Roster roster;
  private final String role;
  private final String key;
  private final LeaderDocument document;
  private final Succession succession;
  private final LongSupplier nanoClock;
  private final Tenure tenure;
  private final Context context;
  private final LeadershipListener listener;
  private volatile Leader seen = Leader.NONE;
  private @Nullable Leader mine;

  /** The leader whose place is free, and since when. */
  private @Nullable Leader gone;

  private long goneSince;
  private long pulseTimer;
  private int pulses;
  private boolean asking;
  private boolean lookAgain;
  private boolean resigned;

  /** Until then another candidate may lead in place of this one; of the clock. */
  private long asideUntil;

  /**
   * A candidate that has not begun.
   *
   * @param role whose nodes may lead
   * @param key what is led: the role itself, or one of several things of it
   * @param patienceNanos for how long a leader that cannot read its name leads on
   * @param context where {@code listener} hears
   */
  Leadership(
      Vertx vertx,
      Roster roster,
      String role,
      String key,
      SharedDocument shared,
      LongSupplier nanoClock,
      long patienceNanos,
      Context context,
      LeadershipListener listener) {
    this.vertx = vertx;
    this.roster = roster;
    this.role = role;
    this.key = key;
    this.document = new LeaderDocument(key, shared);
    this.asideUntil = nanoClock.getAsLong();
    this.succession = new Succession(roster, role, key);
    this.nanoClock = nanoClock;
    this.tenure = new Tenure(nanoClock, patienceNanos);
    this.context = context;
    this.listener = listener;
  }

  /**
   * What the figure is called by which a node says in which term it leads {@code key}; negative
   * where it does not.
   */
  public static String figure(String key) {
    return "leads." + key;
  }

  /** Stands as a candidate from now on; call once. */
  void start() {
    roster.figure(figure(key), () -> tenure.current().orElse(-1));
    roster.listen((before, now) -> look());
    onLoop(() -> {
      tenure.pulse();
      pulseTimer = vertx.setPeriodic(PULSE_MILLIS, timer -> pulse());
      look();
    });
  }

  /**
   * Whether this node leads in {@code term}, as surely as it can know: its name was there lately,
   * and its process was not stopped since.
   */
  public boolean isCurrent(long term) {
    OptionalLong current = tenure.current();
    return current.isPresent() && current.getAsLong() == term;
  }

  /** The term in which this node leads; empty where it does not, or cannot be sure. */
  public OptionalLong term() {
    return tenure.current();
  }

  /** Who led when this node looked last; empty where nobody did. */
  public Optional<Leader> leader() {
    Leader last = seen;
    return last.isVacant() ? Optional.empty() : Optional.of(last);
  }

  /**
   * Leads no longer, and is no candidate any more. The role of this node drains from then on, which
   * tells the next in line.
   *
   * @return complete once the listener has heard and the place is free, or a second later
   */
  public Future<Void> resign() {
    Promise<Void> done = Promise.promise();
    onLoop(() -> {
      resigned = true;
      vertx.cancelTimer(pulseTimer);
      stepDown("it resigned")
          .compose(heard -> document.vacate(roster.view().self()))
          .timeout(RESIGN_MILLIS, TimeUnit.MILLISECONDS)
          .onComplete(vacated -> {
            roster.roleIs(role, State.DRAINING);
            done.complete();
          });
    });
    return done.future();
  }

  /**
   * Leads no longer, and stands back for a while: another candidate may do better. Where none does
   * this one takes over again.
   *
   * @return complete once the listener has heard and the place is free, or a second later
   */
  public Future<Void> stepAside(Duration pause) {
    Promise<Void> done = Promise.promise();
    onLoop(() -> {
      asideUntil = nanoClock.getAsLong() + pause.toNanos();
      stepDown("it steps aside")
          .compose(heard -> document.vacate(roster.view().self()))
          .timeout(RESIGN_MILLIS, TimeUnit.MILLISECONDS)
          .onComplete(vacated -> done.complete());
    });
    return done.future();
  }

  private void pulse() {
    boolean wasStopped = tenure.pulse();
    if (mine != null && tenure.isOver()) {
      stepDown("its name could not be read for too long");
    }
    pulses++;
    if (wasStopped || pulses % PULSES_PER_LOOK == 0) {
      look();
    }
  }

  private void look() {
    if (resigned || asking) {
      lookAgain = asking;
      return;
    }
    long began = nanoClock.getAsLong();
    ask(document.read(), entry -> found(entry, began));
  }

  /** One question at a time; a failed one is asked again with a later look. */
  private <T> void ask(Future<T> answer, Consumer<T> work) {
    asking = true;
    lookAgain = false;
    answer.onComplete(done ->
        onLoop(() -> {
          asking = false;
          if (done.succeeded() && !resigned) {
            work.accept(done.result());
          } else if (done.failed()) {
            LOG.debug("who leads {} cannot be told now", key, done.cause());
          }
          if (lookAgain) {
            look();
          }
        }));
  }

  private void found(LeaderDocument.Entry entry, long began) {
    Leader named = entry.leader();
    seen = named;
    if (mine != null) {
      if (named.equals(mine) && named.incarnation() == roster.view().me().incarnation()) {
        tenure.confirm(began);
        return;
      }
      stepDown("its name is not the one that stands there any more");
    }
    if (succession.isFree(named)) {
      awaitTurn(entry);
    } else {
      gone = null;
    }
  }

  private void awaitTurn(LeaderDocument.Entry entry) {
    long now = nanoClock.getAsLong();
    if (asideUntil - now > 0) {
      return;
    }
    if (!entry.leader().equals(gone)) {
      gone = entry.leader();
      goneSince = now;
    }
    OptionalInt place = succession.place(entry.leader());
    if (place.isEmpty()) {
      return;
    }
    long wait = goneSince + Math.min(place.getAsInt(), MOST_TURNS) * TURN_NANOS - now;
    if (wait > 0) {
      vertx.setTimer(TimeUnit.NANOSECONDS.toMillis(wait) + 1, timer -> look());
    } else {
      takeOver(entry);
    }
  }

  private void takeOver(LeaderDocument.Entry entry) {
    Leader next = entry.leader().next(roster.view().self(), roster.view().me().incarnation());
    long began = nanoClock.getAsLong();
    ask(
        document.replace(entry, next),
        isDone -> {
          if (isDone) {
            tookOver(next, began);
          } else {
            look();
          }
        });
  }

  /** What it took over before a stop of this process, others may have taken over since. */
  private void tookOver(Leader next, long began) {
    tenure.begin(next.term(), began);
    if (tenure.current().isEmpty()) {
      tenure.end();
      look();
      return;
    }
    LOG.info("this node leads {} now, in term {}", key, next.term());
    seen = next;
    mine = next;
    gone = null;
    tell(() -> listener.leads(next.term()));
  }

  private Future<Void> stepDown(String why) {
    Leader former = mine;
    tenure.end();
    mine = null;
    if (former == null) {
      return Future.succeededFuture();
    }
    LOG.info("this node leads {} no longer, term {} is over: {}", key, former.term(), why);
    return tell(() -> listener.leadsNoMore(former.term()));
  }

  private Future<Void> tell(Runnable word) {
    Promise<Void> heard = Promise.promise();
    context.runOnContext(go -> {
      try {
        word.run();
      } catch (RuntimeException e) {
        LOG.error("a listener failed on who leads {}", key, e);
      }
      heard.complete();
    });
    return heard.future();
  }

  private void onLoop(Runnable work) {
    roster.loop().runOnContext(go -> work.run());
  }
}
