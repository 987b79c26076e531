/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.synthesis;

import dev.starling.bench.ResultFile;
import dev.starling.bench.Results;
import dev.starling.bench.StarlingNode;
import dev.starling.bench.SystemUnderTest.Instance;
import dev.starling.bench.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The benchmark of the mesh's own agents: one node, many agents, a steady load. */
final class SynthesisBenchmark {
  static final String SYSTEM = "starling";

  private static final List<String> KINDS =
      List.of(
          "researcher",
          "coder",
          "analyst",
          "architect",
          "tester",
          "reviewer",
          "optimizer",
          "documenter",
          "coordinator");

  private static final Duration READY = Duration.ofSeconds(60);
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double SECONDS_PER_MINUTE = 60;
  private static final String ROUTED = "starling_router_outcomes_total{";

  private final SynthesisPlan plan;
  private final StarlingNode nodes;
  private final PrintWriter progress;
  private final Results results = new Results(List.of(SynthesisMeasure.values()));
  private final ResultFile file = new ResultFile("synthesis");
  private final Map<String, Object> details = new LinkedHashMap<>();

  /** {@code progress} takes a line per step. */
  SynthesisBenchmark(SynthesisPlan plan, StarlingNode nodes, PrintWriter progress) {
    this.plan = plan;
    this.nodes = nodes;
    this.progress = progress;
    results.addSystem(SYSTEM);
  }

  /** Runs it; what cannot be measured is said in the results' notes. */
  Results run() {
    try (Instance node = nodes.start();
        NodeApi api = new NodeApi(node.web());
        Emitters emitters = new Emitters()) {
      results.note("node: " + nodes.versions());
      Set<String> agents = spawn(api);
      emitters.join(node.agents(), texts());
      measure(node, api, emitters, agents);
    } catch (IOException e) {
      say("not measured: " + e.getMessage());
      results.note("not measured: " + e.getMessage());
    }
    return results;
  }

  /** Writes the raw figures and returns the file. */
  Path write(Path folder, Map<String, Object> options) throws IOException {
    return file.write(folder, options, results);
  }

  private Set<String> spawn(NodeApi api) throws IOException {
    Set<String> agents = new LinkedHashSet<>();
    for (int i = 0; i < plan.agents(); i++) {
      agents.add(api.spawn(KINDS.get(i % KINDS.size())));
    }
    if (!Waiting.until(() -> areReached(api), READY)) {
      throw new IOException("not all agents are reached");
    }
    say(agents.size() + " agents are reached");
    return agents;
  }

  private boolean areReached(NodeApi api) {
    try {
      return api.idle() >= plan.agents();
    } catch (IOException e) {
      return false;
    }
  }

  /** What outcomes are about; each is said by two clients. */
  static List<String> texts() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(SynthesisBenchmark.class.getResourceAsStream("texts.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private void measure(Instance node, NodeApi api, Emitters emitters, Set<String> agents)
      throws IOException {
    double routedBefore = api.metric(ROUTED);
    try (OutcomeTail tail = new OutcomeTail(api, System.currentTimeMillis())) {
      emitters.emit(plan.rate());
      Waiting.pass(plan.warm());
      long begin = System.currentTimeMillis();
      long cpu = node.nanos();
      long start = System.nanoTime();
      for (int window = 1; window <= plan.windows(); window++) {
        Waiting.pass(plan.window());
        emitters.check();
      }
      double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
      put(SynthesisMeasure.CORES, (node.nanos() - cpu) / NANOS_PER_SECOND / seconds);
      double routed = api.metric(ROUTED) - routedBefore;
      List<Routed> seen = tail.end();
      put(SynthesisMeasure.UNSEEN, 100 * Math.max(0, 1 - seen.size() / routed));
      put(
          SynthesisMeasure.DROPS,
          api.metric("starling_agents_drops_total")
              + api.metric("starling_gateway_drops_total")
              + api.metric("starling_router_drops_total{cause=\"backlog\"")
              + api.metric("starling_router_drops_total{cause=\"late\""));
      count(
          new Windows(seen, agents, begin, plan.window().toMillis(), plan.windows()),
          agents.size());
    }
    file.run(SYSTEM, 1, "synthesis", details);
  }

  private void count(Windows windows, int agents) {
    int[] in = windows.in();
    int[] out = windows.out();
    int inAll = Arrays.stream(in).sum();
    int outAll = Arrays.stream(out).sum();
    details.put("in", in);
    details.put("out", out);
    details.put("silent", windows.silent());
    say("outcomes, by windows:  " + Arrays.toString(in));
    say("syntheses, by windows: " + Arrays.toString(out));
    put(SynthesisMeasure.IN, inAll / windows.seconds());
    put(SynthesisMeasure.OUT, outAll / windows.seconds());
    put(SynthesisMeasure.RATIO, (double) outAll / inAll);
    put(SynthesisMeasure.TREND, windows.trend());
    put(SynthesisMeasure.LEAST, Arrays.stream(out).min().orElse(0));
    put(
        SynthesisMeasure.PEAK,
        Arrays.stream(out).max().orElse(0) / Arrays.stream(out).average().orElse(0));
    put(SynthesisMeasure.SILENT, windows.silent().size());
    put(SynthesisMeasure.HEARD, windows.heard() / windows.seconds() / agents);
    put(SynthesisMeasure.TOLD, outAll / windows.seconds() * SECONDS_PER_MINUTE / windows.tellers());
    put(SynthesisMeasure.EXPIRED, 100.0 * windows.expired() / (windows.expired() + outAll));
    hops(windows.hops());
  }

  private void hops(int[] hops) {
    if (hops.length > 0) {
      put(SynthesisMeasure.HOPS, hops[hops.length / 2]);
      put(SynthesisMeasure.HOPS_P99, hops[hops.length * 99 / 100]);
      put(SynthesisMeasure.HOPS_MOST, hops[hops.length - 1]);
      int[] distribution = new int[hops[hops.length - 1] + 1];
      Arrays.stream(hops).forEach(hop -> distribution[hop]++);
      details.put("byHops", distribution);
      say("syntheses, by hops:    " + Arrays.toString(distribution));
    }
  }

  private void put(SynthesisMeasure measure, double value) {
    if (Double.isFinite(value)) {
      results.add(SYSTEM, measure, value);
      details.put(measure.key(), value);
    }
  }

  private void say(String line) {
    progress.println(line);
    progress.flush();
  }
}
