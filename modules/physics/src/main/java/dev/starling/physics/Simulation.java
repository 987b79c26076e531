/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import dev.starling.graphs.Crew;
import dev.starling.graphs.layout.Tick;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.frame.LayoutBlock;
import dev.starling.protocol.mesh.GraphEdit;
import dev.starling.protocol.mesh.PhysicsMessage.Edits;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns the graph of this node and, while it leads, moves its layout: a tick at a
 * time at an even rate, with what others ask done between ticks. A tick that comes too late is left
 * out, never made up for, and where ticks take too long the rate is lowered. While everything rests
 * it sleeps; while nobody watches, it moves slowly.
 *
 * <p>What it makes is handed to an {@link Outlet} on its thread. Everything else is safe from any
 * thread.
 */
final class Simulation implements AutoCloseable {
  /** Ticks a second that nobody watches. */
  private static final double UNWATCHED_RATE = 6;

  /** Edits that are told as one. */
  private static final int MOST_TOLD = 4_000;

  /** A graph of fewer nodes is done sooner by one thread. */
  private static final int WORTH_HELP = 8_000;

  private static final Logger LOG = LoggerFactory.getLogger(Simulation.class);
  private static final long SECOND = 1_000_000_000L;
  private static final long NAP_NANOS = SECOND / 10;

  /** Who gets what a simulation makes; called on its thread, which must not wait there. */
  interface Outlet {
    /** The nodes have moved, or have come to rest. */
    void moved(LayoutBlock block);

    /** The graph that this node leads was changed. */
    void edited(Edits edits);

    /** It can simulate no more; what is asked is refused from now on. */
    void broken();
  }

  private final GraphStore store;
  private final HelperCrew helpers;
  private final Outlet outlet;
  private final long seed;
  private final RateGovernor governor;
  private final Inbox inbox = new Inbox();
  private volatile boolean isOver;
  private volatile int watchedRate;
  private volatile SimulationState state = SimulationState.NONE;
  private final LongAdder dropped = new LongAdder();

  private PhysicsParameters parameters;
  private @Nullable World world;
  private long term;
  private long sequence;
  private long tick;
  private long iteration;
  private boolean isSettled = true;

  /** Whether something changed that nobody was told of; a layout at rest makes no other blocks. */
  private boolean isUntold;

  private double kineticEnergy;
  private long next;
  private final TickMeter meter = new TickMeter();

  /** A simulation that holds {@code store} and leads nothing yet. */
  Simulation(GraphStore store, PhysicsConfig config, PhysicsParameters parameters, Outlet outlet) {
    this.store = store;
    this.parameters = parameters;
    this.outlet = outlet;
    this.seed = config.seed();
    this.governor = new RateGovernor(config.rate());
    this.helpers = new HelperCrew(config.threads(), "physics-helper");
    Thread _ = Thread.ofPlatform().daemon().name("physics").start(this::run);
  }

  /** How it is now. */
  SimulationState state() {
    return state;
  }

  /** Ticks that were left out since they came too late. */
  long dropped() {
    return dropped.sum();
  }

  /** Says how many frames a second somebody takes at the most; 0 for nobody. */
  void watchedAt(int rate) {
    if (watchedRate != rate) {
      watchedRate = rate;
      inbox.wake();
    }
  }

  /**
   * Has something done with the graph that this node holds, leading or not, on the simulation's
   * thread.
   *
   * @return what came of it, completed on that thread; UNAVAILABLE where too much waits
   */
  <R> CompletableFuture<R> withStore(Function<GraphStore, R> work) {
    return inbox.request(() -> work.apply(store));
  }

  /**
   * Has a copy of another simulator's graph changed.
   *
   * @return what came of it; UNAVAILABLE where this node leads, whose graph is nobody's copy, or
   *     where too much waits
   */
  <R> CompletableFuture<R> withCopy(Function<GraphStore, R> work) {
    return inbox.request(() -> {
      if (world != null) {
        throw RefusalException.unavailable("physics", "this node leads by now");
      }
      return work.apply(store);
    });
  }

  /**
   * Has something done with the world that this node leads.
   *
   * @return what came of it; UNAVAILABLE where it does not lead, or too much waits
   */
  <R> CompletableFuture<R> withWorld(Function<World, R> work) {
    return inbox.request(() -> work.apply(led()));
  }

  /**
   * A moment of the simulation.
   *
   * @param sequence of the last edits that were made
   * @param speed seconds that the layout goes on in each second that passes
   */
  record Moment(long sequence, long tick, boolean isMoving, float speed) {}

  /** Like {@link #withWorld}, with the moment at which it is done. */
  <R> CompletableFuture<R> withWorldAt(BiFunction<World, Moment, R> work) {
    return inbox.request(() -> work.apply(led(), new Moment(sequence, tick, isMoving(), speed())));
  }

  /**
   * What a change came to.
   *
   * @param sequence of the last edits that were made then
   */
  record Changed<R>(R result, long sequence) {}

  /** Has the world changed; like {@link #withWorld}, and the layout moves again. */
  <R> CompletableFuture<Changed<R>> change(Function<World, R> work) {
    return inbox.request(() -> {
      World changed = led();
      isSettled = false;
      isUntold = true;
      return new Changed<>(work.apply(changed), sequence);
    });
  }

  /** Where everything is now, for somebody who has just begun to watch. */
  CompletableFuture<LayoutBlock> block() {
    return inbox.request(() -> block(led()));
  }

  /** Goes by other settings from the next tick on. */
  void parameters(PhysicsParameters now) {
    inbox.order(() -> {
      World led = world;
      if (led != null && !now.equals(parameters)) {
        led.parameters(now.layout(), now.isEnabled());
        isSettled = false;
        isUntold = true;
      }
      parameters = now;
    });
  }

  /**
   * Leads from now on, with the graph that this node holds.
   *
   * @param layout where the nodes were last; null where nobody knows
   * @param trafficUnit as in {@link Traffic#fade}
   */
  void lead(long newTerm, @Nullable LayoutBlock layout, double trafficUnit) {
    inbox.order(() -> {
      term = newTerm;
      sequence = 0;
      tick = 0;
      isSettled = false;
      isUntold = true;
      World led = new World(store, parameters.layout(), seed, this::log);
      led.restore(layout);
      led.parameters(parameters.layout(), parameters.isEnabled());
      led.traffic().takeUp(store, trafficUnit);
      world = led;
    });
  }

  /** Told in parts, none of which is too long for one message; only all of them are the change. */
  private void log(List<GraphEdit> edits) {
    for (int from = 0; from < edits.size(); from += MOST_TOLD) {
      int to = Math.min(edits.size(), from + MOST_TOLD);
      sequence++;
      outlet.edited(new Edits(term, sequence, edits.subList(from, to), to == edits.size()));
    }
  }

  /** Leads no longer; what was asked before is refused, unless it is done. */
  void follow() {
    inbox.order(() -> {
      world = null;
      isSettled = true;
      state = SimulationState.NONE;
    });
  }

  private World led() {
    World now = world;
    if (now == null) {
      throw RefusalException.unavailable("physics", "another simulator leads; try again");
    }
    return now;
  }

  private void run() {
    next = System.nanoTime();
    try {
      while (!isOver) {
        long wait = isMoving() ? next - System.nanoTime() : NAP_NANOS;
        turn(inbox.takeRequest(wait));
      }
    } catch (InterruptedException e) {
      LOG.warn("the simulation was interrupted", e);
    } catch (Error e) {
      LOG.error("the simulation ends", e);
    } finally {
      boolean isBroken = !isOver;
      helpers.close();
      refuseTheRest();
      if (isBroken) {
        outlet.broken();
      }
    }
  }

  private void refuseTheRest() {
    isOver = true;
    inbox.close();
    world = null;
    inbox.finish();
  }

  /** One request, if there is one in time, and then a tick, if it is time for one. */
  private void turn(@Nullable Runnable request) {
    obey();
    try {
      if (request != null) {
        request.run();
      }
      goOn(System.nanoTime());
    } catch (RuntimeException e) {
      isSettled = true;
      if (!isOver) {
        LOG.error("a tick failed; the layout rests until something changes", e);
      }
    }
  }

  /** A node that cannot do what it must, such as lead with the graph it has, is of no use. */
  private void obey() {
    try {
      for (Runnable order = inbox.takeOrder(); order != null; order = inbox.takeOrder()) {
        order.run();
      }
    } catch (RuntimeException e) {
      LOG.error("the simulation cannot go on", e);
      world = null;
      isSettled = true;
      outlet.broken();
    }
  }

  private void goOn(long now) {
    World led = world;
    if (led == null) {
      return;
    }
    led.endSilentDrags(now);
    if (!isMoving()) {
      next = now;
      tellOnce(led);
    } else if (now >= next) {
      tick(led, now);
      keepPace();
    }
  }

  /** A graph that is empty, or whose layout may not move, is told of when it changes. */
  private void tellOnce(World led) {
    if (isUntold) {
      publish(led);
    }
  }

  private boolean isMoving() {
    World led = world;
    return led != null
        && led.layout().count() > 0
        && (led.isDragging() || (parameters.isEnabled() && !isSettled));
  }

  private double rate() {
    return watchedRate > 0 ? governor.rate() : Math.min(UNWATCHED_RATE, governor.rate());
  }

  /** A tick whose time is over is left out. */
  private void keepPace() {
    long period = (long) (SECOND / rate());
    next += period;
    long late = System.nanoTime() - next;
    if (late > 0) {
      dropped.add(late / period + 1);
      next += late;
    }
  }

  private void tick(World led, long now) {
    if (parameters.isEnabled()) {
      move(led, now);
    }
    publish(led);
  }

  private void move(World led, long now) {
    Crew crew = led.layout().count() > WORTH_HELP ? helpers : Crew.ALONE;
    Tick moved = led.tick(crew);
    isSettled = parameters.rests() && moved.settled() && !led.isDragging();
    iteration = moved.iteration();
    kineticEnergy = moved.kineticEnergy();
    if (governor.took(System.nanoTime() - now, moved.bodies())) {
      LOG.info(
          "{} nodes: {} ticks a second from now on, of {}",
          moved.bodies(),
          governor.rate(),
          governor.fullRate());
    }
    meter.ticked(now);
  }

  private void publish(World led) {
    isUntold = false;
    tick++;
    boolean isResting = !isMoving();
    state =
        new SimulationState(
            parameters.isEnabled(),
            isSettled,
            iteration,
            kineticEnergy,
            isResting ? 0 : meter.perSecond(),
            governor.rate(),
            governor.isLowered(),
            led.graph().nodes(),
            led.graph().edges());
    outlet.moved(block(led));
  }

  private LayoutBlock block(World led) {
    return Blocks.of(led, 0, led.graph().slots(), term, tick, isMoving(), speed());
  }

  /** Seconds that the layout goes on in each second that passes. */
  private float speed() {
    return isMoving() ? (float) (parameters.layout().motion().step() * rate()) : 0;
  }

  /** Ends the thread; what still waits is refused. */
  @Override
  public void close() {
    isOver = true;
    inbox.close();
    inbox.wake();
  }
}
