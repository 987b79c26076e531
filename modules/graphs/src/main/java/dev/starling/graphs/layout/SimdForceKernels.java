/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels on the Vector API. Two targets advance together, so that each load of a source serves
 * both and two divisions are in flight; a hardware division beat an estimate with two Newton steps.
 * The children of a cell, eight at most, are looked at as one vector. Methods that hold vectors are
 * small enough for the compiler to keep them in registers. Lanes are added up by ourselves: the API
 * may do that in another order once a method is compiled.
 */
final class SimdForceKernels implements ForceKernels {
  private static final VectorSpecies<Float> F =
      FloatVector.SPECIES_PREFERRED.length() <= PointMasses.PADDING
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;

  /** One lane for each child that a cell may have. */
  private static final VectorSpecies<Float> SIBLINGS = FloatVector.SPECIES_256;

  @Override
  public String description() {
    return "simd " + F.vectorBitSize() + "-bit float";
  }

  @Override
  public void push(
      PointMasses sources,
      PointMasses targets,
      int from,
      int to,
      RepulsionLaw law,
      VectorField out) {
    float[] lanes = new float[F.length()];
    for (int i = from; i < to; i += 2) {
      // Of an odd number of targets the last is done twice, into the same place.
      int next = Math.min(i + 1, to - 1);
      if (law.isUnbounded()) {
        pushTwo(sources, targets, i, next, law.softening(), out, lanes);
      } else {
        pushTwoWithin(sources, targets, i, next, law, out, lanes);
      }
    }
  }

  private static void pushTwo(
      PointMasses sources,
      PointMasses targets,
      int a,
      int b,
      float softening,
      VectorField out,
      float[] lanes) {
    FloatVector ax = FloatVector.broadcast(F, targets.x[a]);
    FloatVector ay = FloatVector.broadcast(F, targets.y[a]);
    FloatVector az = FloatVector.broadcast(F, targets.z[a]);
    FloatVector bx = FloatVector.broadcast(F, targets.x[b]);
    FloatVector by = FloatVector.broadcast(F, targets.y[b]);
    FloatVector bz = FloatVector.broadcast(F, targets.z[b]);
    FloatVector soft = FloatVector.broadcast(F, softening);
    FloatVector sumAx = FloatVector.zero(F);
    FloatVector sumAy = sumAx;
    FloatVector sumAz = sumAx;
    FloatVector sumBx = sumAx;
    FloatVector sumBy = sumAx;
    FloatVector sumBz = sumAx;
    float[] sx = sources.x;
    float[] sy = sources.y;
    float[] sz = sources.z;
    float[] sm = sources.mass;
    for (int j = 0; j < sources.size; j += F.length()) {
      FloatVector x = FloatVector.fromArray(F, sx, j);
      FloatVector y = FloatVector.fromArray(F, sy, j);
      FloatVector z = FloatVector.fromArray(F, sz, j);
      FloatVector mass = FloatVector.fromArray(F, sm, j);
      FloatVector dx = ax.sub(x);
      FloatVector dy = ay.sub(y);
      FloatVector dz = az.sub(z);
      FloatVector ex = bx.sub(x);
      FloatVector ey = by.sub(y);
      FloatVector ez = bz.sub(z);
      FloatVector onA = mass.div(dx.fma(dx, dy.fma(dy, dz.fma(dz, soft))));
      FloatVector onB = mass.div(ex.fma(ex, ey.fma(ey, ez.fma(ez, soft))));
      sumAx = onA.fma(dx, sumAx);
      sumAy = onA.fma(dy, sumAy);
      sumAz = onA.fma(dz, sumAz);
      sumBx = onB.fma(ex, sumBx);
      sumBy = onB.fma(ey, sumBy);
      sumBz = onB.fma(ez, sumBz);
    }
    out.set(a, sum(sumAx, lanes), sum(sumAy, lanes), sum(sumAz, lanes));
    out.set(b, sum(sumBx, lanes), sum(sumBy, lanes), sum(sumBz, lanes));
  }

  /** As {@link #pushTwo}, with the masses beyond reach taken for none. */
  private static void pushTwoWithin(
      PointMasses sources,
      PointMasses targets,
      int a,
      int b,
      RepulsionLaw law,
      VectorField out,
      float[] lanes) {
    FloatVector ax = FloatVector.broadcast(F, targets.x[a]);
    FloatVector ay = FloatVector.broadcast(F, targets.y[a]);
    FloatVector az = FloatVector.broadcast(F, targets.z[a]);
    FloatVector bx = FloatVector.broadcast(F, targets.x[b]);
    FloatVector by = FloatVector.broadcast(F, targets.y[b]);
    FloatVector bz = FloatVector.broadcast(F, targets.z[b]);
    FloatVector soft = FloatVector.broadcast(F, law.softening());
    FloatVector reach2 = FloatVector.broadcast(F, law.reach() * law.reach());
    FloatVector none = FloatVector.zero(F);
    FloatVector sumAx = none;
    FloatVector sumAy = none;
    FloatVector sumAz = none;
    FloatVector sumBx = none;
    FloatVector sumBy = none;
    FloatVector sumBz = none;
    for (int j = 0; j < sources.size; j += F.length()) {
      FloatVector x = FloatVector.fromArray(F, sources.x, j);
      FloatVector y = FloatVector.fromArray(F, sources.y, j);
      FloatVector z = FloatVector.fromArray(F, sources.z, j);
      FloatVector mass = FloatVector.fromArray(F, sources.mass, j);
      FloatVector dx = ax.sub(x);
      FloatVector dy = ay.sub(y);
      FloatVector dz = az.sub(z);
      FloatVector ex = bx.sub(x);
      FloatVector ey = by.sub(y);
      FloatVector ez = bz.sub(z);
      FloatVector d2 = dx.fma(dx, dy.fma(dy, dz.mul(dz)));
      FloatVector e2 = ex.fma(ex, ey.fma(ey, ez.mul(ez)));
      FloatVector onA = none.blend(mass.div(d2.add(soft)), d2.compare(LE, reach2));
      FloatVector onB = none.blend(mass.div(e2.add(soft)), e2.compare(LE, reach2));
      sumAx = onA.fma(dx, sumAx);
      sumAy = onA.fma(dy, sumAy);
      sumAz = onA.fma(dz, sumAz);
      sumBx = onB.fma(ex, sumBx);
      sumBy = onB.fma(ey, sumBy);
      sumBz = onB.fma(ez, sumBz);
    }
    out.set(a, sum(sumAx, lanes), sum(sumAy, lanes), sum(sumAz, lanes));
    out.set(b, sum(sumBx, lanes), sum(sumBy, lanes), sum(sumBz, lanes));
  }

  @Override
  public void expand(PointMasses offsets, float softening, LocalExpansion out) {
    FloatVector fx = FloatVector.zero(F);
    FloatVector fy = fx;
    FloatVector fz = fx;
    FloatVector jxx = fx;
    FloatVector jyy = fx;
    FloatVector jzz = fx;
    FloatVector jxy = fx;
    FloatVector jxz = fx;
    FloatVector jyz = fx;
    FloatVector one = FloatVector.broadcast(F, 1);
    FloatVector soft = FloatVector.broadcast(F, softening);
    for (int i = 0; i < offsets.size; i += F.length()) {
      FloatVector x = FloatVector.fromArray(F, offsets.x, i);
      FloatVector y = FloatVector.fromArray(F, offsets.y, i);
      FloatVector z = FloatVector.fromArray(F, offsets.z, i);
      FloatVector inverse = one.div(x.fma(x, y.fma(y, z.fma(z, soft))));
      FloatVector strength = FloatVector.fromArray(F, offsets.mass, i).mul(inverse);
      FloatVector bend = strength.mul(inverse).mul(-2f);
      FloatVector bendX = bend.mul(x);
      FloatVector bendY = bend.mul(y);
      fx = strength.fma(x, fx);
      fy = strength.fma(y, fy);
      fz = strength.fma(z, fz);
      jxx = bendX.fma(x, jxx.add(strength));
      jyy = bendY.fma(y, jyy.add(strength));
      jzz = bend.mul(z).fma(z, jzz.add(strength));
      jxy = bendX.fma(y, jxy);
      jxz = bendX.fma(z, jxz);
      jyz = bendY.fma(z, jyz);
    }
    float[] lanes = new float[F.length()];
    out.fx += sum(fx, lanes);
    out.fy += sum(fy, lanes);
    out.fz += sum(fz, lanes);
    out.jxx += sum(jxx, lanes);
    out.jyy += sum(jyy, lanes);
    out.jzz += sum(jzz, lanes);
    out.jxy += sum(jxy, lanes);
    out.jxz += sum(jxz, lanes);
    out.jyz += sum(jyz, lanes);
  }

  private static float sum(FloatVector vector, float[] lanes) {
    vector.intoArray(lanes, 0);
    float sum = 0;
    for (float lane : lanes) {
      sum += lane;
    }
    return sum;
  }

  @Override
  public int sift(Octree tree, int cell, GroupWalk walk) {
    PointMasses cells = tree.cells;
    int child = tree.firstChild[cell];
    int count = tree.children[cell];
    FloatVector x = FloatVector.fromArray(SIBLINGS, cells.x, child);
    FloatVector y = FloatVector.fromArray(SIBLINGS, cells.y, child);
    FloatVector z = FloatVector.fromArray(SIBLINGS, cells.z, child);
    FloatVector radius = FloatVector.fromArray(SIBLINGS, tree.radius, child);
    FloatVector dx = x.sub(walk.x).neg();
    FloatVector dy = y.sub(walk.y).neg();
    FloatVector dz = z.sub(walk.z).neg();
    FloatVector d2 = dx.fma(dx, dy.fma(dy, dz.mul(dz)));
    VectorMask<Float> there = SIBLINGS.indexInRange(0, count);
    FloatVector both = radius.add(walk.radius);
    VectorMask<Float> far = both.mul(both).mul(Opening.INVERSE_FAR_SQUARED).compare(LT, d2, there);
    FloatVector needed = radius.mul(Opening.INVERSE_MIDDLING).add(walk.radius);
    VectorMask<Float> middling = needed.mul(needed).compare(LT, d2, there).andNot(far);
    if (far.anyTrue()) {
      append(walk.far, far, dx, dy, dz, FloatVector.fromArray(SIBLINGS, cells.mass, child));
    }
    if (middling.anyTrue()) {
      append(walk.near, middling, x, y, z, FloatVector.fromArray(SIBLINGS, cells.mass, child));
    }
    return (int) there.andNot(far).andNot(middling).toLong();
  }

  private static void append(
      PointMasses list,
      VectorMask<Float> which,
      FloatVector x,
      FloatVector y,
      FloatVector z,
      FloatVector mass) {
    int at = list.size;
    x.compress(which).intoArray(list.x, at);
    y.compress(which).intoArray(list.y, at);
    z.compress(which).intoArray(list.z, at);
    mass.compress(which).intoArray(list.mass, at);
    list.size = at + which.trueCount();
  }
}
