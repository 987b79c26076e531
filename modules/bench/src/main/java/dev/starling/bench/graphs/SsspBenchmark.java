/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.starling.bench.CaseRow;
import dev.starling.bench.Places;
import dev.starling.bench.ResultFile;
import dev.starling.bench.Results;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The benchmark of shortest paths: every round takes one graph after another, and has every system
 * search it from the same nodes in turn.
 */
final class SsspBenchmark {
  private static final Duration GRACE = Duration.ofMinutes(5);

  private final SsspPlan plan;
  private final Places places;
  private final GraphFiles files;
  private final PrintWriter progress;
  private final Results results;
  private final ResultFile file = new ResultFile("sssp");

  /** {@code progress} takes a line per step. */
  SsspBenchmark(SsspPlan plan, Places places, GraphFiles files, PrintWriter progress) {
    this.plan = plan;
    this.places = places;
    this.files = files;
    this.progress = progress;
    this.results = new Results(CaseRow.all(plan.graphs(), PathsMeasure.values()));
  }

  /** Runs everything that can run; what cannot is said in the results' notes. */
  Results run(List<PathsSystem> systems) throws IOException {
    systems.forEach(system -> results.addSystem(system.name()));
    Files.createDirectories(places.work());
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

  private void round(String graph, int round, List<PathsSystem> systems) {
    try {
      Path edges = files.roads(graph);
      round(graph, round, systems, edges, EdgeListReader.read(edges));
    } catch (IOException e) {
      trouble(graph, "any system", e);
    }
  }

  private void round(String graph, int round, List<PathsSystem> systems, Path edges, EdgeList list)
      throws IOException {
    results.note("%s: %d nodes, %d edges".formatted(graph, list.nodes(), list.edges()));
    int[] sources = new Random(round).ints(plan.sources(), 0, list.nodes()).toArray();
    for (PathsSystem system : systems) {
      try {
        Files.deleteIfExists(out(graph, system.name()));
        PathsRun run = new PathsRun(edges, out(graph, system.name()), plan.warm(), sources);
        measure(system, graph, run, round);
      } catch (IOException e) {
        trouble(graph, system.name(), e);
      }
    }
    compare(graph, systems);
  }

  private Path out(String graph, String system) {
    return places.work().resolve("paths-" + graph + "-" + system + ".txt");
  }

  private void measure(PathsSystem system, String graph, PathsRun run, int round)
      throws IOException {
    JsonNode answer = system.probe().run(run.arguments(), GRACE);
    double[] wall = Probe.numbers(answer, "wallMs");
    double[] cpu = Probe.numbers(answer, "cpuMs");
    String name = system.name();
    String version = answer.path("version").asText();
    results.note(name + ": " + version);
    file.version(name, Map.of("version", version));
    add(name, graph, PathsMeasure.CPU, median(cpu));
    add(name, graph, PathsMeasure.WALL, median(wall));
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("graph", graph);
    details.put("wallMs", median(wall));
    details.put("cpuMs", median(cpu));
    if (answer.has("repairMs")) {
      double repair = median(Probe.numbers(answer, "repairMs"));
      add(name, graph, PathsMeasure.REPAIR, repair);
      details.put("repairMs", repair);
    }
    say("%s: round %d: %s".formatted(name, round, details));
    details.put("wallMsOfSources", wall);
    details.put("cpuMsOfSources", cpu);
    file.run(name, round, "paths", details);
  }

  private void compare(String graph, List<PathsSystem> systems) throws IOException {
    Path oracle = out(graph, PathsSystem.JGRAPHT);
    for (PathsSystem system : systems) {
      Path found = out(graph, system.name());
      if (!system.name().equals(PathsSystem.JGRAPHT)
          && Files.exists(found)
          && Files.exists(oracle)) {
        double different = Distances.different(found, oracle);
        add(system.name(), graph, PathsMeasure.DIFFERENT, different);
      }
    }
  }

  private static double median(double[] numbers) {
    return Results.median(Arrays.stream(numbers).boxed().toList());
  }

  private void add(String system, String graph, PathsMeasure measure, double value) {
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
