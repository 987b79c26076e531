/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import dev.starling.bench.MemoryProbe.Deflate;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sessions benchmark: in each round every system gets a fresh server for plain agents, one for
 * agents that offer compression, one for agents to whom it is granted and one for agents that use
 * it, since memory that was once used says nothing any more; and then two for events to all.
 */
final class SessionsBenchmark {
  private static final int FEW = 100;
  private static final double KIB = 1024;

  /** Bytes of an outcome to all, which is as long as a usual one. */
  private static final int PAYLOAD = 4_096;

  private static final List<Measure> EVENT =
      List.of(Measure.EVENT_P50, Measure.EVENT_P99, Measure.EVENT_LAST);
  private static final List<Measure> OUTCOME =
      List.of(Measure.OUTCOME_P50, Measure.OUTCOME_P99, Measure.OUTCOME_LAST);

  private final MemoryProbe probe;
  private final int sessions;
  private final int dimension;
  private final int rounds;
  private final int subscribers;
  private final int events;
  private final PrintWriter progress;
  private final Results results = new Results();
  private final ResultFile file = new ResultFile("sessions");

  /**
   * Prepares a run.
   *
   * @param sessions 0 leaves memory out
   * @param subscribers 0 leaves events to all out
   * @param events that count, of each kind
   * @param progress takes a line per step
   */
  SessionsBenchmark(
      int sessions, int dimension, int rounds, int subscribers, int events, PrintWriter progress) {
    this.sessions = sessions;
    this.dimension = dimension;
    this.subscribers = subscribers;
    this.events = events;
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
      if (sessions > 0) {
        memory(system, round);
      }
      if (subscribers > 0) {
        broadcast(system, round);
      }
    } catch (IOException | WsProtocolException e) {
      String line = system.name() + ", round " + round + ": not measured: " + e.getMessage();
      say(line);
      results.note(line);
    }
  }

  private void memory(SystemUnderTest system, int round) throws IOException {
    String name = system.name();
    try (SystemUnderTest.Instance fresh = system.start()) {
      MemoryProbe.PerAgent each =
          probe.measure(fresh.agents(), fresh.process(), Deflate.NOT_OFFERED);
      add(name, round, "plain", each, Measure.MEMORY, Measure.MEMORY_HEAP);
    }
    try (SystemUnderTest.Instance fresh = system.start()) {
      MemoryProbe.PerAgent each = probe.measure(fresh.agents(), fresh.process(), Deflate.OFFERED);
      add(name, round, "offered", each, Measure.MEMORY_DEFLATE, Measure.MEMORY_DEFLATE_HEAP);
      results.remark(name, Measure.MEMORY_DEFLATE, negotiated(each));
    }
    try (SystemUnderTest.Instance fresh = system.startDeflating()) {
      MemoryProbe.PerAgent each = probe.measure(fresh.consoles(), fresh.process(), Deflate.OFFERED);
      add(name, round, "granted", each, Measure.MEMORY_GRANTED, Measure.MEMORY_GRANTED_HEAP);
      results.remark(name, Measure.MEMORY_GRANTED, negotiated(each));
    }
    try (SystemUnderTest.Instance fresh = system.startDeflating()) {
      MemoryProbe.PerAgent each = probe.measure(fresh.agents(), fresh.process(), Deflate.USED);
      add(name, round, "used", each, Measure.MEMORY_DEFLATED, Measure.MEMORY_DEFLATED_HEAP);
      results.remark(name, Measure.MEMORY_DEFLATED, negotiated(each));
    }
  }

  private static String negotiated(MemoryProbe.PerAgent each) {
    return each.deflated() ? "negotiated" : "not negotiated";
  }

  private void broadcast(SystemUnderTest system, int round) throws IOException {
    String name = system.name();
    if (system.tellsSettings()) {
      try (SystemUnderTest.Instance fresh = system.start()) {
        BroadcastProbe.Spread spread =
            BroadcastProbe.measure(
                fresh.consoles(), true, subscribers, events, new Broadcast.Setting());
        add(name, round, "event", spread, EVENT);
      }
    }
    try (SystemUnderTest.Instance fresh = system.startDeflating()) {
      Broadcast outcome = Broadcast.Outcome.of(dimension, PAYLOAD);
      BroadcastProbe.Spread spread =
          BroadcastProbe.measure(fresh.agents(), true, subscribers, events, outcome);
      add(name, round, "outcome", spread, OUTCOME);
    }
  }

  private void add(
      String system, int round, String kind, BroadcastProbe.Spread spread, List<Measure> rows) {
    Double p50 = spread.deliveries().millis(50);
    Double p99 = spread.deliveries().millis(99);
    Double last = spread.last().millis(50);
    results.add(system, rows.get(0), p50);
    results.add(system, rows.get(1), p99);
    results.add(system, rows.get(2), last);
    results.add(system, Measure.LOST, (double) spread.missed());
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("p50Ms", p50);
    details.put("p99Ms", p99);
    details.put("lastP50Ms", last);
    details.put("lastMaxMs", spread.last().maxMillis());
    details.put("missed", spread.missed());
    file.run(system, round, kind, details);
    say("%s: round %d, %s: %s".formatted(system, round, kind, details));
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
