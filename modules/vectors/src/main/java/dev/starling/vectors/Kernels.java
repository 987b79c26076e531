/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

/**
 * A set of similarity kernels: dot products of queries with many rows, in single precision.
 *
 * <p>Rows are row-major: row {@code i} is {@code rows[offset + i * dimension .. + dimension)}. Each
 * dot product is a float sum in an order of the kernel's choice, fused or not, so it may differ
 * from the exact value by at most {@code d u / (1 - d u) * |q| |x|} with {@code u = 2^-24} (Higham,
 * Accuracy and Stability of Numerical Algorithms, 3.1), as long as nothing overflows.
 *
 * <p>Implementations are stateless and safe on any thread.
 */
public interface Kernels {
  /** Most queries that one pass over the rows can serve. */
  int MAX_QUERIES = 4;

  /**
   * Multiplies one query with {@code count} rows.
   *
   * @param query {@code float[>= dimension]}; components beyond {@code dimension} are ignored
   * @param dimension components per row, &gt;= 1
   * @param rows {@code float[>= offset + count * dimension]}, row-major
   * @param offset index of the first component of the first row
   * @param count number of rows, &gt;= 0
   * @param out {@code float[>= count]}, {@code out[i]} receives the dot product with row {@code i}
   * @throws IndexOutOfBoundsException when an array is too short
   */
  void dots(float[] query, int dimension, float[] rows, int offset, int count, float[] out);

  /**
   * Multiplies several queries with the same {@code count} rows, reading the rows once.
   *
   * @param queries {@code float[>= queryCount][>= dimension]}
   * @param queryCount number of queries, 1 to {@link #MAX_QUERIES}
   * @param dimension components per row, &gt;= 1
   * @param rows {@code float[>= offset + count * dimension]}, row-major
   * @param offset index of the first component of the first row
   * @param count number of rows, &gt;= 0
   * @param out {@code float[>= queryCount][>= count]}, {@code out[j][i]} receives the dot product
   *     of query {@code j} with row {@code i}; the arrays must be distinct
   * @throws IllegalArgumentException when {@code queryCount} is out of range
   * @throws IndexOutOfBoundsException when an array is too short
   */
  void dots(
      float[][] queries,
      int queryCount,
      int dimension,
      float[] rows,
      int offset,
      int count,
      float[][] out);

  /** What runs and, for a fallback, why and what to do: one line for the start-up log. */
  String description();

  /** The fastest kernels this JVM can run; {@link #description()} tells which and why. */
  static Kernels best() {
    return KernelChoice.BEST;
  }

  /** Kernels in plain Java, available on every JVM. */
  static Kernels scalar() {
    return new ScalarKernels("scalar");
  }

  /**
   * Kernels on the Vector API.
   *
   * @throws IllegalStateException saying what is missing and the remedy
   */
  static Kernels simd() {
    return KernelChoice.simd();
  }
}
