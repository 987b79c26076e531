/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.bench.BenchCommand;
import dev.starling.bench.CaseRow;
import dev.starling.bench.Goal;
import dev.starling.bench.Places;
import dev.starling.bench.Results;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench sssp}: Starling's shortest paths beside those of three libraries, one table. */
@Command(
    name = "sssp",
    mixinStandardHelpOptions = true,
    description =
        "Finds all shortest paths from the same nodes of the same graphs by JGraphT, scipy, networkx and Starling, in"
            + " turns, compares the distances, and prints one table and which goals were met. Exit codes: 1, Starling found"
            + " another distance than JGraphT; 2, it could not be measured; 3, it missed a goal.")
public final class SsspCommand extends BenchCommand {
  private static final int WRONG = 1;

  @Option(
      names = "--only",
      split = ",",
      description = "systems to run: jgrapht, scipy, networkx, starling (default all)")
  private List<String> only = PathsSystem.ALL;

  @Option(
      names = "--graphs",
      split = ",",
      description = "as of bench physics (default deb1k,deb5k,deb10k,deb32k,sbm32k,ba32k)")
  private List<String> graphs = List.of("deb1k", "deb5k", "deb10k", "deb32k", "sbm32k", "ba32k");

  @Mixin private PackageOption debian = new PackageOption();

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "interleaved rounds, each with other sources (default ${DEFAULT-VALUE})")
  private int rounds = 3;

  @Option(
      names = "--sources",
      defaultValue = "11",
      description = "nodes that paths begin at, each round (default ${DEFAULT-VALUE})")
  private int sources = 11;

  @Option(
      names = "--warm",
      defaultValue = "5",
      description = "seconds of CPU for each compiler (default ${DEFAULT-VALUE})")
  private double warm = 5;

  @Option(
      names = "--python",
      description = "an interpreter with scipy and networkx (default: the first found)")
  private @Nullable String python;

  @Option(
      names = "--quick",
      description = "one short round on small graphs: a smoke test, no figures to quote")
  private boolean quick;

  @Override
  public Integer call() throws IOException {
    Places places = places();
    SsspPlan plan =
        quick
            ? new SsspPlan(List.of("sbm1k", "ba5k"), 1, 9, 0.5)
            : new SsspPlan(graphs, rounds, sources, warm);
    GraphFiles.requireNames(plan.graphs());
    SsspBenchmark benchmark = new SsspBenchmark(plan, places, debian.files(places), progress());
    Results results =
        benchmark.run(only.stream().map(name -> new PathsSystem(name, places, python)).toList());
    List<Goal> goals = goals(results, plan);
    print(results, PathsSystem.STARLING, goals, benchmark.write(options(plan)));
    return only.contains(PathsSystem.STARLING) ? verdict(results, plan, goals) : 0;
  }

  private List<Goal> goals(Results results, SsspPlan plan) {
    List<Goal> goals = new ArrayList<>();
    if (plan.graphs().contains("deb32k") && only.contains(PathsSystem.STARLING)) {
      CaseRow cpu = new CaseRow("deb32k", PathsMeasure.CPU);
      if (only.contains(PathsSystem.JGRAPHT)) {
        goals.add(Goal.timesLess(30, results, PathsSystem.STARLING, PathsSystem.JGRAPHT, cpu));
      }
      if (only.contains("scipy")) {
        goals.add(Goal.timesLess(5, results, PathsSystem.STARLING, "scipy", cpu));
      }
    }
    return goals;
  }

  private int verdict(Results results, SsspPlan plan, List<Goal> goals) {
    for (String graph : plan.graphs()) {
      if (results.rounds(PathsSystem.STARLING, new CaseRow(graph, PathsMeasure.CPU)).isEmpty()) {
        return UNMEASURED;
      }
      CaseRow different = new CaseRow(graph, PathsMeasure.DIFFERENT);
      if (results.rounds(PathsSystem.STARLING, different).stream().anyMatch(count -> count > 0)) {
        return WRONG;
      }
    }
    return !quick && goals.stream().anyMatch(Goal::isMissed) ? MISSED : 0;
  }

  private Map<String, Object> options(SsspPlan plan) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("only", only);
    options.put("graphs", plan.graphs());
    options.put("package", debian.root());
    options.put("rounds", plan.rounds());
    options.put("sources", plan.sources());
    options.put("warm", plan.warm());
    return options;
  }
}
