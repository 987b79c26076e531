/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

import dev.starling.vectors.VectorApi;
import java.util.Optional;

/** Chooses the kernels once per JVM; those on the Vector API are named only where it is there. */
final class ForceKernelChoice {
  /** The choice, made on first use. */
  static final ForceKernels BEST = choose();

  private ForceKernelChoice() {}

  private static ForceKernels choose() {
    Optional<String> obstacle = VectorApi.obstacle();
    return obstacle.isPresent()
        ? new ScalarForceKernels("scalar: " + obstacle.get())
        : new SimdForceKernels();
  }
}
