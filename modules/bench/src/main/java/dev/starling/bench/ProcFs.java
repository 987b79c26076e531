/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What Linux tells about processes; nothing elsewhere. */
final class ProcFs {
  private static final long NANOS_PER_TICK = 10_000_000;

  private ProcFs() {}

  /**
   * User and system time of processes so far, ns (in steps of 10 ms), or -1 where /proc is missing.
   */
  static long cpuNanos(Collection<ProcessHandle> processes) {
    long ticks = 0;
    for (ProcessHandle process : processes) {
      String stat = read(process, "stat");
      if (stat == null) {
        continue;
      }
      // The command name stands in brackets and may hold anything.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
    return ticks == 0 ? -1 : ticks * NANOS_PER_TICK;
  }

  /** Resident memory of processes, bytes, or null where /proc is missing. */
  static @Nullable Long residentBytes(Collection<ProcessHandle> processes) {
    long bytes = 0;
    for (ProcessHandle process : processes) {
      String status = read(process, "status");
      if (status != null) {
        bytes +=
            status
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .sum();
      }
    }
    return bytes == 0 ? null : bytes;
  }

  private static @Nullable String read(ProcessHandle process, String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
    } catch (IOException e) {
      return null;
    }
  }
}
