/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

import dev.starling.graphs.Crew;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all bodies do to each other: exactly while they are few, else with an octree that is walked
 * once for each leaf (Barnes and Hut 1986; interaction lists for groups after Barnes 1990). The
 * result does not depend on how many threads work on it. One thread calls.
 */
final class Repulsion {
  /** Bodies from which on the tree is faster than all pairs. */
  static final int EXACT_BELOW = 1_500;

  private static final int TARGETS_AT_A_TIME = 64;
  private static final int LEAVES_AT_A_TIME = 8;
  private static final int SIBLINGS = 8;

  private final ForceKernels kernels;
  private final Octree tree = new Octree();
  private final VectorField sortedField = new VectorField(0);
  private final AtomicInteger next = new AtomicInteger();

  /** The bodies without the empty slots between them. */
  private final PointMasses present = new PointMasses(0);

  private final VectorField presentField = new VectorField(0);
  private int[] presentSlots = new int[0];
  private GroupWalk[] walks = new GroupWalk[0];

  Repulsion(ForceKernels kernels) {
    this.kernels = kernels;
  }

  /** Sets the force on each body, without net force on all of them. */
  void push(Bodies bodies, int count, RepulsionLaw law, Crew crew) {
    if (count < EXACT_BELOW) {
      pushExactly(bodies, count, law, crew);
    } else {
      pushByTree(bodies, law, crew);
    }
    balance(bodies, count);
  }

  /** The work goes with the bodies there are, not with the slots that a larger graph once had. */
  void pushExactly(Bodies bodies, int count, RepulsionLaw law, Crew crew) {
    if (count == bodies.slots()) {
      pushAllPairs(bodies.at, bodies.force, law, crew);
      return;
    }
    gather(bodies, count);
    pushAllPairs(present, presentField, law, crew);
    for (int i = 0; i < present.size; i++) {
      bodies.force.set(presentSlots[i], presentField.x[i], presentField.y[i], presentField.z[i]);
    }
  }

  private void gather(Bodies bodies, int count) {
    PointMasses at = bodies.at;
    present.clear();
    present.reserve(count);
    presentField.growTo(present.x.length);
    if (presentSlots.length < count) {
      presentSlots = new int[present.x.length];
    }
    for (int slot = 0; slot < at.size; slot++) {
      if (at.mass[slot] > 0) {
        presentSlots[present.size] = slot;
        present.add(at.x[slot], at.y[slot], at.z[slot], at.mass[slot]);
      }
    }
  }

  private void pushAllPairs(PointMasses at, VectorField force, RepulsionLaw law, Crew crew) {
    at.padWith(0, 0, 0);
    next.set(0);
    crew.run(worker -> {
      for (int i = take(TARGETS_AT_A_TIME); i < at.size; i = take(TARGETS_AT_A_TIME)) {
        int end = Math.min(at.size, i + TARGETS_AT_A_TIME);
        kernels.push(at, at, i, end, law, force);
      }
    });
  }

  private int take(int count) {
    return next.getAndAdd(count);
  }

  void pushByTree(Bodies bodies, RepulsionLaw law, Crew crew) {
    tree.build(bodies.at);
    sortedField.growTo(tree.sorted.x.length);
    walksFor(crew.size());
    next.set(0);
    crew.run(worker -> {
      for (int k = take(LEAVES_AT_A_TIME); k < tree.leafCount; k = take(LEAVES_AT_A_TIME)) {
        int end = Math.min(tree.leafCount, k + LEAVES_AT_A_TIME);
        for (int leaf = k; leaf < end; leaf++) {
          pushGroup(tree.leaves[leaf], law, walks[worker], bodies.force);
        }
      }
    });
  }

  private void walksFor(int workers) {
    if (walks.length < workers) {
      walks = new GroupWalk[workers];
      for (int i = 0; i < workers; i++) {
        walks[i] = new GroupWalk();
      }
    }
  }

  private void pushGroup(int leaf, RepulsionLaw law, GroupWalk walk, VectorField force) {
    PointMasses cells = tree.cells;
    walk.begin(cells.x[leaf], cells.y[leaf], cells.z[leaf], tree.radius[leaf]);
    gather(law, walk);
    walk.far.padWith(1, 0, 0);
    walk.near.padWith(walk.x, walk.y, walk.z);
    kernels.expand(walk.far, law.softening(), walk.expansion);
    int from = tree.first[leaf];
    int to = tree.end[leaf];
    kernels.push(walk.near, tree.sorted, from, to, law, sortedField);
    for (int i = from; i < to; i++) {
      giveBack(i, walk, force);
    }
  }

  /** Walks the tree from its root and lists what acts on the group. */
  private void gather(RepulsionLaw law, GroupWalk walk) {
    meet(0, walk);
    while (walk.isOpenLeft()) {
      int cell = walk.nextOpen();
      walk.far.reserve(SIBLINGS);
      walk.near.reserve(SIBLINGS);
      int rest =
          law.isUnbounded() ? kernels.sift(tree, cell, walk) : siftWithin(law.reach(), cell, walk);
      for (; rest != 0; rest &= rest - 1) {
        meet(tree.firstChild[cell] + Integer.numberOfTrailingZeros(rest), walk);
      }
    }
  }

  /** A leaf's bodies are felt one by one, any other cell is opened. */
  private void meet(int cell, GroupWalk walk) {
    if (tree.children[cell] == 0) {
      walk.near.addRange(tree.sorted, tree.first[cell], tree.end[cell]);
    } else {
      walk.open(cell);
    }
  }

  /** As the kernels' sift: a cell wholly out of reach is left out, one partly in reach opened. */
  private int siftWithin(float reach, int cell, GroupWalk walk) {
    PointMasses cells = tree.cells;
    int rest = 0;
    for (int k = 0; k < tree.children[cell]; k++) {
      int child = tree.firstChild[cell] + k;
      float dx = walk.x - cells.x[child];
      float dy = walk.y - cells.y[child];
      float dz = walk.z - cells.z[child];
      float d2 = dx * dx + dy * dy + dz * dz;
      float distance = (float) Math.sqrt(d2);
      float radius = tree.radius[child];
      if (distance - radius - walk.radius > reach) {
        continue;
      }
      if (distance + radius + walk.radius > reach) {
        rest |= 1 << k;
      } else if (Opening.isFar(radius, walk.radius, d2)) {
        walk.far.add(dx, dy, dz, cells.mass[child]);
      } else if (Opening.isMiddling(radius, walk.radius, d2)) {
        walk.near.add(cells.x[child], cells.y[child], cells.z[child], cells.mass[child]);
      } else {
        rest |= 1 << k;
      }
    }
    return rest;
  }

  private void giveBack(int i, GroupWalk walk, VectorField force) {
    float ox = tree.sorted.x[i] - walk.x;
    float oy = tree.sorted.y[i] - walk.y;
    float oz = tree.sorted.z[i] - walk.z;
    LocalExpansion far = walk.expansion;
    force.set(
        tree.slot(i),
        sortedField.x[i] + far.fieldX(ox, oy, oz),
        sortedField.y[i] + far.fieldY(ox, oy, oz),
        sortedField.z[i] + far.fieldZ(ox, oy, oz));
  }

  /**
   * Takes from every body its share of what all forces add up to. That is nothing but rounding
   * while they are exact; a tree is not symmetric, and would let a layout drift.
   */
  private static void balance(Bodies bodies, int count) {
    VectorField force = bodies.force;
    float[] mass = bodies.at.mass;
    double sumX = 0;
    double sumY = 0;
    double sumZ = 0;
    for (int i = 0; i < bodies.slots(); i++) {
      if (mass[i] > 0) {
        sumX += force.x[i];
        sumY += force.y[i];
        sumZ += force.z[i];
      }
    }
    float x = (float) (sumX / Math.max(1, count));
    float y = (float) (sumY / Math.max(1, count));
    float z = (float) (sumZ / Math.max(1, count));
    for (int i = 0; i < bodies.slots(); i++) {
      force.set(i, force.x[i] - x, force.y[i] - y, force.z[i] - z);
    }
  }
}
