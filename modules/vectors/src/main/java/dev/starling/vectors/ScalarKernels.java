/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import java.util.Objects;

/** Kernels in plain Java. Independent partial sums keep the adders of the core busy. */
final class ScalarKernels implements Kernels {
  private static final int LANES = 8;

  private final String description;

  ScalarKernels(String description) {
    this.description = description;
  }

  @Override
  public void dots(float[] query, int dimension, float[] rows, int offset, int count, float[] out) {
    requireRoom(query, dimension, rows, offset, count, out);
    for (int i = 0; i < count; i++) {
      out[i] = dot(query, dimension, rows, offset + i * dimension);
    }
  }

  @Override
  public void dots(
      float[][] queries,
      int queryCount,
      int dimension,
      float[] rows,
      int offset,
      int count,
      float[][] out) {
    requireQueryCount(queryCount);
    for (int j = 0; j < queryCount; j++) {
      requireRoom(queries[j], dimension, rows, offset, count, out[j]);
    }
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < queryCount; j++) {
        out[j][i] = dot(queries[j], dimension, rows, offset + i * dimension);
      }
    }
  }

  @Override
  public String description() {
    return description;
  }

  static void requireQueryCount(int queryCount) {
    if (queryCount < 1 || queryCount > MAX_QUERIES) {
      throw new IllegalArgumentException(
          "expected 1 to " + MAX_QUERIES + " queries, got " + queryCount);
    }
  }

  static void requireRoom(
      float[] query, int dimension, float[] rows, int offset, int count, float[] out) {
    Objects.checkFromIndexSize(0, Math.max(dimension, 1), query.length);
    Objects.checkFromIndexSize(offset, (long) count * dimension, (long) rows.length);
    Objects.checkFromIndexSize(0, count, out.length);
  }

  private static float dot(float[] q, int d, float[] x, int at) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int k = 0;
    for (; k <= d - LANES; k += LANES) {
      s0 += q[k] * x[at + k];
      s1 += q[k + 1] * x[at + k + 1];
      s2 += q[k + 2] * x[at + k + 2];
      s3 += q[k + 3] * x[at + k + 3];
      s4 += q[k + 4] * x[at + k + 4];
      s5 += q[k + 5] * x[at + k + 5];
      s6 += q[k + 6] * x[at + k + 6];
      s7 += q[k + 7] * x[at + k + 7];
    }
    float sum = (s0 + s1) + (s2 + s3) + ((s4 + s5) + (s6 + s7));
    for (; k < d; k++) {
      sum += q[k] * x[at + k];
    }
    return sum;
  }
}
