/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

import dev.starling.graphs.Adjacency;
import dev.starling.graphs.Crew;
import dev.starling.graphs.Hash;
import dev.starling.graphs.layout.LayoutParameters.Forces;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A force-directed layout in three dimensions, a tick at a time. Bodies repel each other, edges
 * pull, and a body's inertia is 1 and the weights of its edges, which keeps hubs steady; motion is
 * semi-implicit Euler with damping, under a limit of speed that each body's heat lowers as it cools
 * (simulated annealing's schedule, as in Fruchterman and Reingold 1991). What has settled is cold
 * and does not move at all. Heat comes back, where something changed, by {@link #warm}.
 *
 * <p>The same calls on the same kernels give the same layout to the last bit, whatever the number
 * of threads. No number that is not finite enters or leaves. One thread at a time, whose {@link
 * Crew} helps within a tick.
 */
public final class Layout {
  /** No coordinate is ever further from the centre, in units. */
  public static final float EDGE_OF_SPACE = 1e6f;

  /** Heat around a change. */
  public static final float LUKEWARM = 0.3f;

  private static final int AT_A_TIME = 1_024;

  private final Repulsion repulsion;
  private final Placement placement;
  private final long seed;
  private final Bodies bodies = new Bodies(0);
  private final AtomicInteger next = new AtomicInteger();
  private LayoutParameters parameters;
  private Sums[] sums = new Sums[0];
  private int count;
  private long iteration;
  private int quietTicks;

  /**
   * An empty layout.
   *
   * @param seed of the places that bodies without neighbours begin at
   */
  public Layout(LayoutParameters parameters, long seed) {
    this(parameters, seed, ForceKernelChoice.BEST);
  }

  Layout(LayoutParameters parameters, long seed, ForceKernels kernels) {
    this.parameters = parameters;
    this.seed = seed;
    this.placement = new Placement(seed);
    this.repulsion = new Repulsion(kernels);
  }

  /** What the next tick goes by. */
  public void parameters(LayoutParameters now) {
    parameters = now;
    quietTicks = 0;
  }

  /** Puts new bodies, still without places, anywhere; all of them hot. */
  public void scatter(int[] slots) {
    int expected = count + slots.length;
    for (int slot : slots) {
      requireEmpty(slot);
      placement.scatter(bodies, slot, expected);
      bodies.heat[slot] = 1;
      count++;
    }
    quietTicks = 0;
  }

  /** Puts a new body beside its neighbours; it is lukewarm. */
  public void add(int slot, Adjacency graph) {
    requireEmpty(slot);
    placement.putByNeighbours(bodies, graph, slot, count + 1);
    bodies.heat[slot] = LUKEWARM;
    count++;
    quietTicks = 0;
  }

  /**
   * Puts a new body at a known place, where it rests.
   *
   * @throws IllegalArgumentException where a coordinate is not finite or beyond the edge of space
   */
  public void add(int slot, float x, float y, float z) {
    requireEmpty(slot);
    requirePlace(x, y, z);
    bodies.put(slot, x, y, z);
    count++;
  }

  public void remove(int slot) {
    if (bodies.isThere(slot)) {
      bodies.take(slot);
      count--;
    }
  }

  /**
   * Holds a body at a place until {@link #release}.
   *
   * @throws IllegalArgumentException where a coordinate is not finite or beyond the edge of space,
   *     or the slot is empty
   */
  public void hold(int slot, float x, float y, float z) {
    requirePlace(x, y, z);
    if (!bodies.isThere(slot)) {
      throw new IllegalArgumentException("no body in slot " + slot);
    }
    bodies.at.x[slot] = x;
    bodies.at.y[slot] = y;
    bodies.at.z[slot] = z;
    bodies.isPinned[slot] = true;
  }

  /** Lets go of a body. */
  public void release(int slot) {
    if (bodies.isThere(slot)) {
      bodies.isPinned[slot] = false;
    }
  }

  public boolean isHeld(int slot) {
    return bodies.isThere(slot) && bodies.isPinned[slot];
  }

  /** Lets a body move again at up to {@code heat} of the greatest speed, 0 to 1. */
  public void warm(int slot, float heat) {
    if (bodies.isThere(slot)) {
      bodies.heat[slot] = Math.max(bodies.heat[slot], Math.min(1, heat));
      quietTicks = 0;
    }
  }

  /** Warms every body. */
  public void warmAll(float heat) {
    for (int slot = 0; slot < bodies.slots(); slot++) {
      warm(slot, heat);
    }
  }

  /**
   * Puts bodies anew, anywhere, that are further out than {@code way} units beyond where new ones
   * begin; held ones stay. For bodies that could not come back before they have cooled.
   */
  public void gather(double way) {
    double farthest = way + Placement.widest(count);
    for (int slot = 0; slot < bodies.slots(); slot++) {
      if (bodies.isThere(slot) && !bodies.isPinned[slot] && distance(slot) > farthest) {
        placement.scatter(bodies, slot, count);
        bodies.heat[slot] = 1;
        quietTicks = 0;
      }
    }
  }

  private double distance(int slot) {
    return Math.hypot(Math.hypot(x(slot), y(slot)), z(slot));
  }

  /** Moves everything one step. */
  public Tick tick(Adjacency graph, Crew crew) {
    repulsion.push(bodies, count, law(), crew);
    Integrator integrator = new Integrator(bodies, parameters, Hash.of(seed, iteration));
    stretches(crew, (from, to) -> integrator.accelerate(graph, from, to));
    sumsFor(bodies.slots());
    stretches(crew, (from, to) -> integrator.move(from, to, sums[from / AT_A_TIME]));
    iteration++;
    return told(total());
  }

  RepulsionLaw law() {
    Forces forces = parameters.forces();
    return new RepulsionLaw(forces.softening(), forces.reach());
  }

  /** The bodies with what repulsion does to them now, which the next tick works out anew. */
  Bodies repelled() {
    repulsion.push(bodies, count, law(), Crew.ALONE);
    return bodies;
  }

  /** Work on the slots {@code from <= i < to}. */
  private interface Stretch {
    void work(int from, int to);
  }

  private void stretches(Crew crew, Stretch stretch) {
    next.set(0);
    int slots = bodies.slots();
    crew.run(worker -> {
      for (int from = next.getAndAdd(AT_A_TIME); from < slots; from = next.getAndAdd(AT_A_TIME)) {
        stretch.work(from, Math.min(slots, from + AT_A_TIME));
      }
    });
  }

  private void sumsFor(int slots) {
    int needed = (slots + AT_A_TIME - 1) / AT_A_TIME;
    if (sums.length < needed) {
      sums = new Sums[needed];
      Arrays.setAll(sums, i -> new Sums());
    }
  }

  /** Added up in the order of the slots, so that the threads' order does not matter. */
  private Sums total() {
    Sums total = new Sums();
    int stretches = (bodies.slots() + AT_A_TIME - 1) / AT_A_TIME;
    for (int i = 0; i < stretches; i++) {
      total.add(sums[i]);
    }
    return total;
  }

  private Tick told(Sums total) {
    double greatestStep = Math.sqrt(total.greatestSquaredStep) * parameters.motion().step();
    double radius = total.radius(count);
    boolean isQuiet = greatestStep <= rest(radius);
    quietTicks = isQuiet ? quietTicks + 1 : 0;
    boolean isSettled = quietTicks >= parameters.rest().ticks();
    if (isSettled) {
      // Small graphs are at rest before they have cooled; a change is to move what is near it only.
      Arrays.fill(bodies.heat, 0);
    }
    return new Tick(iteration, count, total.energy, greatestStep, radius, isSettled);
  }

  /** How far a body may go in a tick and count as at rest, in units. */
  public double rest() {
    Sums places = new Sums();
    for (int slot = 0; slot < bodies.slots(); slot++) {
      if (bodies.isThere(slot)) {
        places.place(x(slot), y(slot), z(slot));
      }
    }
    return rest(places.radius(count));
  }

  private double rest(double radius) {
    return parameters.rest().displacement() * radius;
  }

  private void requireEmpty(int slot) {
    if (bodies.isThere(slot)) {
      throw new IllegalArgumentException("slot " + slot + " has a body");
    }
  }

  private static void requirePlace(float x, float y, float z) {
    if (!(Math.abs(x) <= EDGE_OF_SPACE
        && Math.abs(y) <= EDGE_OF_SPACE
        && Math.abs(z) <= EDGE_OF_SPACE)) {
      throw new IllegalArgumentException("not a place: (" + x + ", " + y + ", " + z + ")");
    }
  }

  /** Bodies that are there. */
  public int count() {
    return count;
  }

  /** Every body's slot is smaller than this. */
  public int slots() {
    return bodies.slots();
  }

  public boolean isThere(int slot) {
    return bodies.isThere(slot);
  }

  public float x(int slot) {
    return bodies.at.x[slot];
  }

  public float y(int slot) {
    return bodies.at.y[slot];
  }

  public float z(int slot) {
    return bodies.at.z[slot];
  }

  /** Units per second, as are {@link #vy} and {@link #vz}. */
  public float vx(int slot) {
    return bodies.velocity.x[slot];
  }

  public float vy(int slot) {
    return bodies.velocity.y[slot];
  }

  public float vz(int slot) {
    return bodies.velocity.z[slot];
  }
}
