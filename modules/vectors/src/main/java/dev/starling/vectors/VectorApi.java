/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.vectors;

import java.util.Optional;
import jdk.incubator.vector.FloatVector;

/**
 * Whether kernels on the incubating Vector API can run in this JVM, and fast. Classes that name its
 * types may only be touched where it is present. Safe on any thread.
 */
public final class VectorApi {
  private static final String MODULE = "jdk.incubator.vector";
  private static final Optional<String> OBSTACLE = look();

  private VectorApi() {}

  /** Why vector code would not run here, or slower than scalar code, and what to do; else empty. */
  public static Optional<String> obstacle() {
    return OBSTACLE;
  }

  /**
   * Refuses to go on where vector code would not run at all.
   *
   * @throws IllegalStateException with the remedy
   */
  public static void requirePresent() {
    if (!isPresent()) {
      throw new IllegalStateException("simd kernels: " + missing());
    }
  }

  private static Optional<String> look() {
    if (!isPresent()) {
      return Optional.of(missing());
    }
    try {
      return weakness();
    } catch (LinkageError failure) {
      return Optional.of(MODULE + " does not link on this JDK: " + failure);
    }
  }

  private static boolean isPresent() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  private static String missing() {
    return "module " + MODULE + " is not resolved; add --add-modules " + MODULE;
  }

  /**
   * Only the optimizing compiler turns vector objects into instructions; below 256 bits an x86 core
   * may lack fused multiply-add, which is then emulated at a thousandfold cost.
   */
  private static Optional<String> weakness() {
    String vm = System.getProperty("java.vm.info", "");
    if (vm.contains("interpreted") || vm.contains("emulated-client")) {
      return Optional.of(
          "this JVM runs without its optimizing compiler (" + vm + "); remove -Xint, C1 flags");
    }
    boolean isFused = Widths.bits() >= 256 || "aarch64".equals(System.getProperty("os.arch"));
    return isFused
        ? Optional.empty()
        : Optional.of("this processor offers only " + Widths.bits() + "-bit vectors");
  }

  /** Apart, so that a JVM without the module never links it. */
  private static final class Widths {
    static int bits() {
      return FloatVector.SPECIES_PREFERRED.vectorBitSize();
    }
  }
}
