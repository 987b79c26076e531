/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.bench.CaseRow;
import dev.starling.bench.Places;
import dev.starling.bench.ResultFile;
import dev.starling.bench.Results;
import dev.starling.graphs.CompactAdjacency;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The physics benchmark: every round takes one graph after another, and has every system lay it out
 * in turn, so that a noisy minute meets all of them.
 */
final class PhysicsBenchmark {
  /** The column of nodes that lie anywhere. */
  static final String RANDOM = "random";

  private static final double TICKS_PER_SECOND = 60;
  private static final double PERCENT = 100;

  /** Reading, warming up, tree errors and settling come on top of what is timed. */
  private static final Duration GRACE = Duration.ofMinutes(4);

  private final PhysicsPlan plan;
  private final Places places;
  private final GraphFiles files;
  private final PrintWriter progress;
  private final Results results;
  private final ResultFile file = new ResultFile("physics");

  /** {@code progress} takes a line per step. */
  PhysicsBenchmark(PhysicsPlan plan, Places places, GraphFiles files, PrintWriter progress) {
    this.plan = plan;
    this.places = places;
    this.files = files;
    this.progress = progress;
    this.results = new Results(CaseRow.all(plan.graphs(), LayoutMeasure.values()));
  }

  /** Runs everything that can run; what cannot is said in the results' notes. */
  Results run(List<LayoutSystem> systems) {
    systems.stream().filter(system -> !system.isOurs()).forEach(s -> results.addSystem(s.name()));
    results.addSystem(RANDOM);
    systems.stream().filter(LayoutSystem::isOurs).forEach(s -> results.addSystem(s.name()));
    for (int round = 1; round <= plan.rounds(); round++) {
      for (String graph : plan.graphs()) {
        round(graph, round, systems);
      }
    }
    return results;
  }

  /** Writes the raw figures and returns the file. */
  Path write(Map<String, Object> options) throws IOException {
    return file.write(places.results(), options, results);
  }

  private void round(String graph, int round, List<LayoutSystem> systems) {
    try {
      Path edges = files.plain(graph);
      round(graph, round, systems, edges, EdgeListReader.read(edges));
    } catch (IOException e) {
      trouble(graph, "any system", e);
    }
  }

  private void round(
      String graph, int round, List<LayoutSystem> systems, Path edges, EdgeList list) {
    results.note("%s: %d nodes, %d edges".formatted(graph, list.nodes(), list.edges()));
    CompactAdjacency adjacency = list.adjacency();
    quality(RANDOM, graph, adjacency, Points.ball(list.nodes(), round));
    for (LayoutSystem system : systems) {
      Path out = places.work().resolve("layout-" + graph + "-" + system.name());
      LayoutRun run =
          new LayoutRun(
              edges, out, round, plan.warm(), PhysicsPlan.TICKS, plan.equal(), plan.limit());
      try {
        measure(system, graph, adjacency, run, round);
      } catch (IOException e) {
        trouble(graph, system.name(), e);
      }
    }
  }

  private void quality(String system, String graph, CompactAdjacency adjacency, Points points) {
    double neighbours = NeighbourhoodPreservation.of(points, adjacency);
    double stress = Stress.of(points, adjacency);
    add(system, graph, LayoutMeasure.NEIGHBOURS, neighbours);
    add(system, graph, LayoutMeasure.NEIGHBOURS_TIME, neighbours);
    add(system, graph, LayoutMeasure.STRESS, stress);
    add(system, graph, LayoutMeasure.STRESS_TIME, stress);
  }

  private void measure(
      LayoutSystem system, String graph, CompactAdjacency adjacency, LayoutRun run, int round)
      throws IOException {
    Files.createDirectories(places.work());
    Files.deleteIfExists(run.out(".ticks"));
    Files.deleteIfExists(run.out(".time"));
    LayoutFigures one = figures(system.probe(), run);
    String name = system.name();
    results.note(name + ": " + one.version());
    file.version(name, Map.of("version", one.version()));
    times(name, graph, one, LayoutMeasure.CPU, LayoutMeasure.CPU_P95, one.cpuMs());
    times(name, graph, one, LayoutMeasure.WALL, LayoutMeasure.WALL_P95, one.wallMs());
    if (one.ticks() < PhysicsPlan.TICKS) {
      results.remark(name, new CaseRow(graph, LayoutMeasure.CPU), one.ticks() + " ticks");
    }
    add(name, graph, LayoutMeasure.TICKS, one.ticksAtTime());
    places(name, graph, adjacency, run);
    if (system.isOurs()) {
      ours(graph, one);
      twoThreads(graph, run, round);
    }
    keep(name, graph, round, one);
  }

  private void places(String name, String graph, CompactAdjacency adjacency, LayoutRun run)
      throws IOException {
    if (Files.exists(run.out(".ticks"))) {
      Points points = Points.read(run.out(".ticks"), adjacency.size());
      add(name, graph, LayoutMeasure.NEIGHBOURS, NeighbourhoodPreservation.of(points, adjacency));
      add(name, graph, LayoutMeasure.STRESS, Stress.of(points, adjacency));
    }
    if (Files.exists(run.out(".time"))) {
      Points points = Points.read(run.out(".time"), adjacency.size());
      double kept = NeighbourhoodPreservation.of(points, adjacency);
      add(name, graph, LayoutMeasure.NEIGHBOURS_TIME, kept);
      add(name, graph, LayoutMeasure.STRESS_TIME, Stress.of(points, adjacency));
    }
  }

  private LayoutFigures figures(Probe probe, LayoutRun run) throws IOException {
    double seconds = run.warm() + run.limit() + run.equal();
    Duration limit = GRACE.plusMillis((long) (1_000 * seconds));
    return LayoutFigures.parse(probe.run(run.arguments(), limit));
  }

  private void ours(String graph, LayoutFigures one) {
    Double error = one.forceError();
    Double settled = one.settledTicks();
    String name = LayoutSystem.STARLING;
    add(name, graph, LayoutMeasure.FORCE_ERROR, error == null ? null : PERCENT * error);
    add(name, graph, LayoutMeasure.SETTLED, settled);
    add(
        name,
        graph,
        LayoutMeasure.SETTLED_SECONDS,
        settled == null ? null : settled / TICKS_PER_SECOND);
    if (settled == null) {
      results.note(name + " did not settle on " + graph);
    }
  }

  private void twoThreads(String graph, LayoutRun run, int round) throws IOException {
    LayoutFigures two = figures(LayoutSystem.threads(2), run);
    String name = LayoutSystem.STARLING;
    times(name, graph, two, LayoutMeasure.CPU_TWO, LayoutMeasure.CPU_TWO_P95, two.cpuMs());
    times(name, graph, two, LayoutMeasure.WALL_TWO, LayoutMeasure.WALL_TWO_P95, two.wallMs());
    keep(name + ", 2 threads", graph, round, two);
  }

  private void times(
      String system,
      String graph,
      LayoutFigures figures,
      LayoutMeasure median,
      LayoutMeasure p95,
      double[] millis) {
    add(system, graph, median, figures.percentile(millis, 50));
    add(system, graph, p95, figures.percentile(millis, 95));
  }

  private void keep(String system, String graph, int round, LayoutFigures figures) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("graph", graph);
    details.put("ticks", figures.wallMs().length);
    details.put("wallMs", figures.percentile(figures.wallMs(), 50));
    details.put("cpuMs", figures.percentile(figures.cpuMs(), 50));
    say("%s: round %d: %s".formatted(system, round, details));
    details.put("wallMsOfTicks", figures.wallMs());
    details.put("cpuMsOfTicks", figures.cpuMs());
    file.run(system, round, "layout", details);
  }

  private void add(String system, String graph, LayoutMeasure measure, @Nullable Double value) {
    results.add(system, new CaseRow(graph, measure), value);
  }

  private void trouble(String graph, String system, IOException e) {
    String line = graph + ": not measured by " + system + ": " + e.getMessage();
    say(line);
    results.note(line);
  }

  private void say(String line) {
    progress.println(line);
    progress.flush();
  }
}
