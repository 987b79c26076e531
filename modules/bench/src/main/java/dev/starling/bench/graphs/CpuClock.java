/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * CPU time of this process with all its threads, compiler and collector included, in nanoseconds
 * ({@code clock_gettime}, POSIX.1-2008): what the JDK itself tells goes in steps of ten
 * milliseconds, longer than a tick. One thread.
 */
final class CpuClock {
  /** CLOCK_PROCESS_CPUTIME_ID of Linux and of macOS. */
  private static final int ID = System.getProperty("os.name").startsWith("Mac") ? 12 : 2;

  private static final long NANOS = 1_000_000_000L;

  private final MethodHandle call;
  private final MemorySegment time = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, 2);

  @SuppressWarnings("restricted")
  CpuClock() {
    Linker linker = Linker.nativeLinker();
    this.call =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("clock_gettime"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
  }

  long nanos() {
    try {
      int failed = (int) call.invokeExact(ID, time);
      if (failed != 0) {
        throw new IllegalStateException("this system has no CPU clock of a process");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    return time.getAtIndex(ValueLayout.JAVA_LONG, 0) * NANOS
        + time.getAtIndex(ValueLayout.JAVA_LONG, 1);
  }
}
