/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels on the Vector API, in vectors of the width the processor prefers.
 *
 * <p>Four rows advance together, so four sums are in flight and each load of the query serves four
 * rows; with four queries the tile is 4 x 4 and each load of a row serves four queries as well (the
 * register blocking of a matrix product, Goto and van de Geijn 2008). The last {@code d mod lanes}
 * components go through one masked step.
 *
 * <p>Every method that holds vectors in locals is small enough for the compiler to keep them in
 * registers: a vector that escapes into a call becomes an object and costs more than the product.
 */
final class SimdKernels implements Kernels {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int TILE = 4;

  /** Width of the vectors in bits. */
  static int bits() {
    return F.vectorBitSize();
  }

  @Override
  public String description() {
    return "simd " + bits() + "-bit float";
  }

  @Override
  public void dots(float[] query, int dimension, float[] rows, int offset, int count, float[] out) {
    ScalarKernels.requireRoom(query, dimension, rows, offset, count, out);
    int i = 0;
    for (; i <= count - TILE; i += TILE) {
      fourRows(query, dimension, rows, offset + i * dimension, out, i);
    }
    for (; i < count; i++) {
      out[i] = oneRow(query, dimension, rows, offset + i * dimension);
    }
    if (dimension % F.length() != 0) {
      addTails(query, dimension, rows, offset, count, out);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Two or three queries run as four, the last repeated into the same output: that is cheaper
   * than reading the rows once more.
   */
  @Override
  public void dots(
      float[][] queries,
      int queryCount,
      int dimension,
      float[] rows,
      int offset,
      int count,
      float[][] out) {
    ScalarKernels.requireQueryCount(queryCount);
    for (int j = 0; j < queryCount; j++) {
      ScalarKernels.requireRoom(queries[j], dimension, rows, offset, count, out[j]);
    }
    if (queryCount == 1) {
      dots(queries[0], dimension, rows, offset, count, out[0]);
      return;
    }
    int tiled = count - count % TILE;
    for (int i = 0; i < tiled; i += TILE) {
      fourByFour(queries, queryCount - 1, dimension, rows, offset + i * dimension, out, i);
    }
    for (int j = 0; j < queryCount; j++) {
      for (int i = tiled; i < count; i++) {
        out[j][i] = oneRow(queries[j], dimension, rows, offset + i * dimension);
      }
      if (dimension % F.length() != 0) {
        addTails(queries[j], dimension, rows, offset, count, out[j]);
      }
    }
  }

  /** Adds the products of the last {@code d mod lanes} components to sums made without them. */
  private static void addTails(float[] q, int d, float[] rows, int offset, int n, float[] out) {
    int whole = F.loopBound(d);
    VectorMask<Float> tail = F.indexInRange(whole, d);
    FloatVector x = FloatVector.fromArray(F, q, whole, tail);
    for (int i = 0; i < n; i++) {
      FloatVector row = FloatVector.fromArray(F, rows, offset + i * d + whole, tail);
      out[i] += sum(x.mul(row));
    }
  }

  private static float oneRow(float[] q, int d, float[] rows, int at) {
    FloatVector a = FloatVector.zero(F);
    for (int k = 0; k < F.loopBound(d); k += F.length()) {
      a = load(q, k).fma(load(rows, at + k), a);
    }
    return sum(a);
  }

  private static void fourRows(float[] q, int d, float[] rows, int at, float[] out, int i) {
    int at1 = at + d;
    int at2 = at1 + d;
    int at3 = at2 + d;
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    for (int k = 0; k < F.loopBound(d); k += F.length()) {
      FloatVector x = load(q, k);
      a0 = x.fma(load(rows, at + k), a0);
      a1 = x.fma(load(rows, at1 + k), a1);
      a2 = x.fma(load(rows, at2 + k), a2);
      a3 = x.fma(load(rows, at3 + k), a3);
    }
    out[i] = sum(a0);
    out[i + 1] = sum(a1);
    out[i + 2] = sum(a2);
    out[i + 3] = sum(a3);
  }

  @SuppressWarnings("checkstyle:MethodLength") // sixteen sums must be locals to stay in registers
  private static void fourByFour(
      float[][] queries, int last, int d, float[] rows, int at, float[][] out, int i) {
    float[] q0 = queries[0];
    float[] q1 = queries[Math.min(1, last)];
    float[] q2 = queries[Math.min(2, last)];
    float[] q3 = queries[Math.min(3, last)];
    int at1 = at + d;
    int at2 = at1 + d;
    int at3 = at2 + d;
    FloatVector a00 = FloatVector.zero(F);
    FloatVector a01 = a00;
    FloatVector a02 = a00;
    FloatVector a03 = a00;
    FloatVector a10 = a00;
    FloatVector a11 = a00;
    FloatVector a12 = a00;
    FloatVector a13 = a00;
    FloatVector a20 = a00;
    FloatVector a21 = a00;
    FloatVector a22 = a00;
    FloatVector a23 = a00;
    FloatVector a30 = a00;
    FloatVector a31 = a00;
    FloatVector a32 = a00;
    FloatVector a33 = a00;
    for (int k = 0; k < F.loopBound(d); k += F.length()) {
      FloatVector r0 = load(rows, at + k);
      FloatVector r1 = load(rows, at1 + k);
      FloatVector r2 = load(rows, at2 + k);
      FloatVector r3 = load(rows, at3 + k);
      FloatVector x = load(q0, k);
      a00 = x.fma(r0, a00);
      a01 = x.fma(r1, a01);
      a02 = x.fma(r2, a02);
      a03 = x.fma(r3, a03);
      x = load(q1, k);
      a10 = x.fma(r0, a10);
      a11 = x.fma(r1, a11);
      a12 = x.fma(r2, a12);
      a13 = x.fma(r3, a13);
      x = load(q2, k);
      a20 = x.fma(r0, a20);
      a21 = x.fma(r1, a21);
      a22 = x.fma(r2, a22);
      a23 = x.fma(r3, a23);
      x = load(q3, k);
      a30 = x.fma(r0, a30);
      a31 = x.fma(r1, a31);
      a32 = x.fma(r2, a32);
      a33 = x.fma(r3, a33);
    }
    float[] out0 = out[0];
    out0[i] = sum(a00);
    out0[i + 1] = sum(a01);
    out0[i + 2] = sum(a02);
    out0[i + 3] = sum(a03);
    float[] out1 = out[Math.min(1, last)];
    out1[i] = sum(a10);
    out1[i + 1] = sum(a11);
    out1[i + 2] = sum(a12);
    out1[i + 3] = sum(a13);
    float[] out2 = out[Math.min(2, last)];
    out2[i] = sum(a20);
    out2[i + 1] = sum(a21);
    out2[i + 2] = sum(a22);
    out2[i + 3] = sum(a23);
    float[] out3 = out[Math.min(3, last)];
    out3[i] = sum(a30);
    out3[i + 1] = sum(a31);
    out3[i + 2] = sum(a32);
    out3[i + 3] = sum(a33);
  }

  private static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(F, from, at);
  }

  private static float sum(FloatVector a) {
    return a.reduceLanes(VectorOperators.ADD);
  }
}
