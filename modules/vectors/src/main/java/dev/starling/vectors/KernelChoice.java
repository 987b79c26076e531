/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import java.util.Optional;

/**
 * Chooses the kernels once per JVM, after Lucene's vectorization provider lookup.
 *
 * <p>{@link SimdKernels} names types of an incubator module that may be absent. It is named only
 * inside methods that run when the module is there, so a JVM without it never links the class.
 */
final class KernelChoice {
  /** The choice, made on first use. */
  static final Kernels BEST = choose();

  private KernelChoice() {}

  /** The Vector API kernels even where they are slow, or IllegalStateException with the remedy. */
  static Kernels simd() {
    VectorApi.requirePresent();
    return new SimdKernels();
  }

  private static Kernels choose() {
    Optional<String> obstacle = VectorApi.obstacle();
    return obstacle.isPresent() ? new ScalarKernels("scalar: " + obstacle.get()) : simd();
  }
}
