/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The routing benchmark: the same load on every system, in turns, as one table.
 *
 * <p>Memory is measured first, each on a fresh server of its own. Then all servers are started once
 * and primed, and every round runs each of them in turn while the others idle: a fresh server per
 * round would measure start-up, and all rounds of one system in a row would charge a noisy minute
 * to it alone. Chromium and REST come last, in turns too, so that the browser is not running beside
 * the load.
 */
final class RoutingBenchmark {
  /** A peer below this multiple of the wanted rate gets a lower one. */
  private static final double HEADROOM = 1.2;

  private static final double SUSTAINABLE = 0.7;
  private static final List<Measure> PACED =
      List.of(
          Measure.PUSH_P50,
          Measure.PUSH_P90,
          Measure.PUSH_P99,
          Measure.PUSH_MAX,
          Measure.ACK_P50,
          Measure.ACK_P99,
          Measure.CPU_PACED);

  private static final int FEW_AGENTS = 50;
  private static final int BROWSER_PAUSE_MS = 20;
  private static final double KIB = 1024;

  private final RoutingPlan plan;
  private final Places places;
  private final PrintWriter progress;
  private final Results results = new Results();
  private final ResultFile file = new ResultFile("routing");
  private final Map<String, SystemUnderTest.Instance> running = new LinkedHashMap<>();

  /** {@code progress} takes a line per step. */
  RoutingBenchmark(RoutingPlan plan, Places places, PrintWriter progress) {
    this.plan = plan;
    this.places = places;
    this.progress = progress;
  }

  /** Runs everything that can run; what cannot is said in the results' notes. */
  Results run(List<SystemUnderTest> systems) {
    systems.forEach(system -> results.addSystem(system.name()));
    try {
      if (plan.memoryAgents() > 0) {
        systems.forEach(this::memory);
      }
      systems.forEach(this::start);
      for (int round = 1; round <= plan.rounds(); round++) {
        round(round);
      }
      if (plan.browserSamples() > 0 && !running.isEmpty()) {
        browser();
      }
      if (plan.restSamples() > 0) {
        for (int round = 1; round <= plan.rounds(); round++) {
          rest(round);
        }
      }
    } finally {
      running.values().forEach(SystemUnderTest.Instance::close);
    }
    return results;
  }

  /** Writes the raw figures and returns the file. */
  Path write(Map<String, Object> options) throws IOException {
    return file.write(places.results(), options, results);
  }

  private void memory(SystemUnderTest system) {
    say(system.name() + ": memory of " + plan.memoryAgents() + " idle agents");
    try {
      MemoryProbe.PerAgent plain = memoryOnFresh(system, MemoryProbe.Deflate.NOT_OFFERED);
      addKib(system.name(), Measure.MEMORY, plain.resident());
      addKib(system.name(), Measure.MEMORY_HEAP, plain.heap());
      MemoryProbe.PerAgent compressed = memoryOnFresh(system, MemoryProbe.Deflate.OFFERED);
      addKib(system.name(), Measure.MEMORY_DEFLATE, compressed.resident());
    } catch (IOException | WsProtocolException e) {
      trouble(system.name(), "memory", e);
    }
  }

  private MemoryProbe.PerAgent memoryOnFresh(SystemUnderTest system, MemoryProbe.Deflate deflate)
      throws IOException {
    int few = Math.min(FEW_AGENTS, plan.memoryAgents() / 2);
    MemoryProbe probe = new MemoryProbe(few, plan.memoryAgents(), plan.workload().dimension());
    try (SystemUnderTest.Instance fresh = system.start()) {
      return probe.measure(fresh.agents(), fresh.process(), deflate);
    }
  }

  private void start(SystemUnderTest system) {
    say(system.name() + ": starting and priming for " + plan.prime().toSeconds() + " s");
    try {
      running.put(system.name(), system.start());
      file.version(system.name(), system.versions());
      results.note(system.name() + ": " + system.versions());
      Pace pace = plan.closedLoop().lasting(Duration.ZERO, plan.prime());
      load(system.name(), 0, "prime", pace, false);
    } catch (IOException | WsProtocolException e) {
      trouble(system.name(), "start", e);
      retire(system.name());
    }
  }

  private void round(int round) {
    for (String system : List.copyOf(running.keySet())) {
      try {
        double saturated = saturate(system, round);
        if (plan.pace().rate() > 0) {
          pace(system, round, saturated);
        }
        if (plan.compression()) {
          saturateCompressed(system, round);
        }
      } catch (IOException | WsProtocolException e) {
        trouble(system, "round " + round, e);
        retire(system);
      }
    }
  }

  private double saturate(String system, int round) throws IOException {
    LoadResult result = load(system, round, "closed", plan.closedLoop(), false);
    results.add(system, Measure.OUTCOMES, result.outcomesPerSecond());
    results.add(system, Measure.DELIVERIES, result.deliveriesPerSecond());
    results.add(system, Measure.CPU_SATURATED, result.serverCpuMicros());
    results.add(system, Measure.GENERATOR_CPU, result.generatorCpuMicros());
    connections(system, result);
    return result.outcomesPerSecond();
  }

  private void pace(String system, int round, double saturated) throws IOException {
    double wanted = plan.pace().rate();
    boolean sustains = saturated >= HEADROOM * wanted;
    double rate = sustains ? wanted : Math.max(1, Math.floor(SUSTAINABLE * saturated));
    LoadResult result = load(system, round, "open", plan.pace().atRate(rate), false);
    results.add(system, Measure.RATE_REACHED, result.outcomesPerSecond());
    results.add(system, Measure.PUSH_P50, result.push().millis(50));
    results.add(system, Measure.PUSH_P90, result.push().millis(90));
    results.add(system, Measure.PUSH_P99, result.push().millis(99));
    results.add(system, Measure.PUSH_MAX, result.push().maxMillis());
    results.add(system, Measure.ACK_P50, result.ack().millis(50));
    results.add(system, Measure.ACK_P99, result.ack().millis(99));
    results.add(system, Measure.CPU_PACED, result.serverCpuMicros());
    connections(system, result);
    if (!sustains) {
      results.remark(system, Measure.RATE_REACHED, "cannot sustain %.0f".formatted(wanted));
      PACED.forEach(row -> results.remark(system, row, "at %.0f/s".formatted(rate)));
      results.note(
          "%s cannot sustain %.0f outcomes/s: its open loop ran at %.0f %% of what it reached saturated"
              .formatted(system, wanted, 100 * SUSTAINABLE));
    }
  }

  private void saturateCompressed(String system, int round) throws IOException {
    Pace whole = plan.closedLoop();
    Pace pace = whole.lasting(whole.warmup().dividedBy(2), whole.duration().dividedBy(2));
    LoadResult result = load(system, round, "closed, compression offered", pace, true);
    results.add(system, Measure.OUTCOMES_DEFLATE, result.outcomesPerSecond());
    results.remark(
        system, Measure.OUTCOMES_DEFLATE, result.deflated() ? "negotiated" : "not negotiated");
  }

  private void connections(String system, LoadResult result) {
    results.add(system, Measure.CONNECT_P50, result.connect().millis(50));
    results.add(system, Measure.CONNECT_P99, result.connect().millis(99));
    results.add(system, Measure.REGISTERED_P50, result.registered().millis(50));
    results.add(system, Measure.REGISTERED_P99, result.registered().millis(99));
  }

  private LoadResult load(String system, int round, String kind, Pace pace, boolean deflate)
      throws IOException {
    SystemUnderTest.Instance instance = instance(system);
    LoadResult result =
        new LoadGenerator(instance.agents(), plan.workload(), pace, deflate, instance).run();
    Ledger.Totals totals = result.totals();
    long faults = totals.unanswered() + totals.unknown() + result.refused() + result.disconnects();
    results.add(system, Measure.LOST, (double) totals.lost());
    results.add(system, Measure.DUPLICATES, (double) totals.duplicates());
    results.add(system, Measure.FAULTS, (double) faults);
    file.run(system, round, kind, ResultFile.details(result, pace.rate()));
    say(
        "%s: round %d, %s: %.0f outcomes/s, push p50 %.3f ms, lost %d, doubled %d%s"
            .formatted(
                system,
                round,
                kind,
                result.outcomesPerSecond(),
                result.push().millis(50),
                totals.lost(),
                totals.duplicates(),
                result.firstError() == null ? "" : ", first fault: " + result.firstError()));
    return result;
  }

  private void browser() {
    say("Chromium: " + plan.browserSamples() + " deliveries per round and system");
    try (BrowserProbe probe =
        BrowserProbe.start(plan.chromium(), places, plan.browserSamples(), BROWSER_PAUSE_MS)) {
      file.version("browser", Map.of("product", probe.version()));
      for (int round = 1; round <= plan.rounds(); round++) {
        for (String system : running.keySet()) {
          browse(probe, system, round);
        }
      }
    } catch (IOException e) {
      trouble("browser", "Chromium", e);
    }
  }

  private void browse(BrowserProbe probe, String system, int round) {
    try {
      BrowserProbe.Seen seen = probe.measure(instance(system).agents());
      results.add(system, Measure.BROWSER_PUSH_P50, seen.pushMillis(50));
      results.add(system, Measure.BROWSER_PUSH_P99, seen.pushMillis(99));
      results.add(system, Measure.BROWSER_CONNECT, seen.connectMillis(50));
      Map<String, Object> details = new LinkedHashMap<>();
      details.put("pushMs", seen.push());
      details.put("connectMs", seen.connect());
      details.put("clockOffsetMs", seen.clockOffset());
      file.run(system, round, "chromium", details);
    } catch (IOException e) {
      trouble(system, "Chromium", e);
    }
  }

  private void rest(int round) {
    for (Map.Entry<String, SystemUnderTest.Instance> entry : running.entrySet()) {
      if (entry.getValue().http() == null) {
        continue;
      }
      say(entry.getKey() + ": REST, round " + round);
      try {
        RestProbe probe =
            new RestProbe(entry.getValue().http(), plan.restSamples(), plan.restSamples() / 5);
        Latencies latencies = probe.measure();
        results.add(entry.getKey(), Measure.REST_P50, latencies.millis(50));
        results.add(entry.getKey(), Measure.REST_P99, latencies.millis(99));
        file.run(
            entry.getKey(),
            round,
            "rest",
            Map.of("postToGetMs", ResultFile.percentiles(latencies)));
      } catch (IOException e) {
        trouble(entry.getKey(), "REST", e);
      }
    }
  }

  private void addKib(String system, Measure measure, @Nullable Double bytes) {
    results.add(system, measure, bytes == null ? null : bytes / KIB);
  }

  private SystemUnderTest.Instance instance(String system) {
    SystemUnderTest.Instance instance = running.get(system);
    if (instance == null) {
      throw new IllegalStateException(system + " is not running");
    }
    return instance;
  }

  private void retire(String system) {
    SystemUnderTest.Instance instance = running.remove(system);
    if (instance != null) {
      instance.close();
    }
  }

  private void trouble(String system, String step, Exception e) {
    String line = system + ", " + step + ": not measured: " + e.getMessage();
    say(line);
    List<String> lines = line.lines().filter(text -> !text.isBlank()).toList();
    results.note(lines.size() == 1 ? line : lines.getFirst() + " … " + lines.getLast().strip());
  }

  private void say(String line) {
    progress.println(line);
    progress.flush();
  }
}
