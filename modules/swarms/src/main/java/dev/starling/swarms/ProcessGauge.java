/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Measures the process of a server, from its second look on also how busy it is. Blocks for less
 * than a ms; one look at a time.
 */
final class ProcessGauge {
  private static final double KIB_IN_MIB = 1_024;
  private static final double WHOLE = 100;

  private final long pid;
  private @Nullable Duration cpuBefore;
  private long lookedAt;

  ProcessGauge(long pid) {
    this.pid = pid;
  }

  long pid() {
    return pid;
  }

  ServerHealth look() {
    List<ProcessHandle> family =
        ProcessHandle.of(pid)
            .map(root -> Stream.concat(Stream.of(root), root.descendants()).toList())
            .orElse(List.of());
    return new ServerHealth(cpu(family), memory(family));
  }

  private @Nullable Double cpu(List<ProcessHandle> family) {
    Duration now =
        family.stream()
            .flatMap(one -> one.info().totalCpuDuration().stream())
            .reduce(Duration.ZERO, Duration::plus);
    Duration before = cpuBefore;
    long looked = lookedAt;
    lookedAt = System.nanoTime();
    cpuBefore = now;
    if (before == null || lookedAt == looked) {
      return null;
    }
    // A process of the family that ended takes its time with it.
    double used = now.minus(before).toNanos();
    return used < 0 ? null : WHOLE * used / (lookedAt - looked);
  }

  private static @Nullable Double memory(List<ProcessHandle> family) {
    long kib = 0;
    for (ProcessHandle one : family) {
      kib += residentKib(one.pid());
    }
    return kib == 0 ? null : kib / KIB_IN_MIB;
  }

  /** 0 where the process is gone, or this is not Linux. */
  private static long residentKib(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"), US_ASCII)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException | NumberFormatException _) {
      return 0;
    }
  }
}
