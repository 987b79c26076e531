/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sessions benchmark: in each round every system gets a fresh server for plain agents and one
 * for agents that offer compression, since memory that was once used says nothing any more.
 */
final class SessionsBenchmark {
  private static final int FEW = 100;
  private static final double KIB = 1024;

  private final MemoryProbe probe;
  private final int rounds;
  private final PrintWriter progress;
  private final Results results = new Results();
  private final ResultFile file = new ResultFile("sessions");

  /** {@code progress} takes a line per step. */
  SessionsBenchmark(int sessions, int dimension, int rounds, PrintWriter progress) {
    this.probe = new MemoryProbe(Math.min(FEW, sessions / 2), sessions, dimension);
    this.rounds = rounds;
    this.progress = progress;
  }

  /** Runs everything that can run; what cannot is said in the results' notes. */
  Results run(List<SystemUnderTest> systems) {
    systems.forEach(system -> results.addSystem(system.name()));
    for (int round = 1; round <= rounds; round++) {
      for (SystemUnderTest system : systems) {
        measure(system, round);
      }
    }
    return results;
  }

  /** Writes the raw figures and returns the file. */
  Path write(Path folder, Map<String, Object> options) throws IOException {
    return file.write(folder, options, results);
  }

  private void measure(SystemUnderTest system, int round) {
    try {
      file.version(system.name(), system.versions());
      results.note(system.name() + ": " + system.versions());
      try (SystemUnderTest.Instance fresh = system.start()) {
        add(
            system.name(),
            round,
            "plain",
            probe.measure(fresh, false),
            Measure.MEMORY,
            Measure.MEMORY_HEAP);
      }
      try (SystemUnderTest.Instance fresh = system.startDeflating()) {
        MemoryProbe.PerAgent each = probe.measure(fresh, true);
        add(
            system.name(),
            round,
            "deflate",
            each,
            Measure.MEMORY_DEFLATE,
            Measure.MEMORY_DEFLATE_HEAP);
        String words = each.deflated() ? "negotiated" : "not negotiated";
        results.remark(system.name(), Measure.MEMORY_DEFLATE, words);
      }
    } catch (IOException | WsProtocolException e) {
      String line = system.name() + ", round " + round + ": not measured: " + e.getMessage();
      say(line);
      results.note(line);
    }
  }

  private void add(
      String system,
      int round,
      String kind,
      MemoryProbe.PerAgent each,
      Measure resident,
      Measure heap) {
    results.add(system, resident, kib(each.resident()));
    results.add(system, heap, kib(each.heap()));
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("residentKib", kib(each.resident()));
    details.put("heapKib", kib(each.heap()));
    file.run(system, round, kind, details);
    say("%s: round %d, %s: %s".formatted(system, round, kind, details));
  }

  private static @Nullable Double kib(@Nullable Double bytes) {
    return bytes == null ? null : bytes / KIB;
  }

  private void say(String line) {
    progress.println(line);
    progress.flush();
  }
}
