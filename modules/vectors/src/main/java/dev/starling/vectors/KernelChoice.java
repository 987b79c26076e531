/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import org.jspecify.annotations.Nullable;

/**
 * Chooses the kernels once per JVM, after Lucene's vectorization provider lookup.
 *
 * <p>{@link SimdKernels} names types of an incubator module that may be absent. It is named only
 * inside methods that run when the module is there, so a JVM without it never links the class.
 */
final class KernelChoice {
  /** The choice, made on first use. */
  static final Kernels BEST = choose();

  private static final String MODULE = "jdk.incubator.vector";

  private KernelChoice() {}

  /** The Vector API kernels even where they are slow, or IllegalStateException with the remedy. */
  static Kernels simd() {
    if (!modulePresent()) {
      throw new IllegalStateException("simd kernels: " + missing());
    }
    return new SimdKernels();
  }

  private static Kernels choose() {
    String obstacle = modulePresent() ? weakness() : missing();
    if (obstacle != null) {
      return new ScalarKernels("scalar: " + obstacle);
    }
    try {
      return simd();
    } catch (LinkageError failure) {
      return new ScalarKernels("scalar: " + MODULE + " does not link on this JDK: " + failure);
    }
  }

  private static boolean modulePresent() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  private static String missing() {
    return "module " + MODULE + " is not resolved; add --add-modules " + MODULE;
  }

  /**
   * Why vector code would run slower than scalar code here, or null.
   *
   * <p>Only the optimizing compiler turns vector objects into instructions; below 256 bits an x86
   * core may lack fused multiply-add, which is then emulated at a thousandfold cost.
   */
  private static @Nullable String weakness() {
    String vm = System.getProperty("java.vm.info", "");
    if (vm.contains("interpreted") || vm.contains("emulated-client")) {
      return "this JVM runs without its optimizing compiler (" + vm + "); remove -Xint, C1 flags";
    }
    boolean fused = SimdKernels.bits() >= 256 || "aarch64".equals(System.getProperty("os.arch"));
    return fused ? null : "this processor offers only " + SimdKernels.bits() + "-bit vectors";
  }
}
