/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.graphs;

import dev.starling.bench.BenchCommand;
import dev.starling.bench.CaseRow;
import dev.starling.bench.Goal;
import dev.starling.bench.Places;
import dev.starling.bench.Results;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench physics}: Starling's layout beside those of three libraries for Node, one table. */
@Command(
    name = "physics",
    mixinStandardHelpOptions = true,
    description =
        "Lays out the same graphs by d3-force-3d, ngraph.forcelayout, graphology's ForceAtlas2 and Starling, in turns,"
            + " and prints one table of times, errors and quality, and which goals were met. Exit codes: 2, Starling could"
            + " not be measured; 3, it missed a goal.")
public final class PhysicsCommand extends BenchCommand {
  @Option(
      names = "--only",
      split = ",",
      description = "systems to run: d3, ngraph, fa2, starling (default all)")
  private List<String> only = LayoutSystem.ALL;

  @Option(
      names = "--graphs",
      split = ",",
      description =
          "deb (Debian packages), sbm (planted partition) or ba (scale-free), and thousands of nodes to 32 (default:"
              + " deb1k,deb5k,deb10k,deb32k,sbm1k,sbm10k,sbm32k,ba32k)")
  private List<String> graphs =
      List.of("deb1k", "deb5k", "deb10k", "deb32k", "sbm1k", "sbm10k", "sbm32k", "ba32k");

  @Mixin private PackageOption debian = new PackageOption();

  @Option(
      names = "--rounds",
      defaultValue = "1",
      description = "interleaved rounds, each with another seed (default ${DEFAULT-VALUE})")
  private int rounds = 1;

  @Option(
      names = "--warm",
      defaultValue = "5",
      description = "seconds of CPU for each compiler (default ${DEFAULT-VALUE})")
  private double warm = 5;

  @Option(
      names = "--equal",
      defaultValue = "10",
      description = "seconds after which layouts are compared (default ${DEFAULT-VALUE})")
  private double equal = 10;

  @Option(
      names = "--limit",
      defaultValue = "30",
      description = "seconds that a peer has for 100 ticks (default ${DEFAULT-VALUE})")
  private double limit = 30;

  @Option(
      names = "--quick",
      description = "one short round on small graphs: a smoke test, no figures to quote")
  private boolean quick;

  @Override
  public Integer call() throws IOException {
    Places places = places();
    PhysicsPlan plan = plan();
    GraphFiles.requireNames(plan.graphs());
    PhysicsBenchmark benchmark =
        new PhysicsBenchmark(plan, places, debian.files(places), progress());
    Results results =
        benchmark.run(only.stream().map(name -> new LayoutSystem(name, places)).toList());
    List<Goal> goals =
        only.contains(LayoutSystem.STARLING) ? PhysicsGoals.of(results, plan.graphs()) : List.of();
    print(results, LayoutSystem.STARLING, goals, benchmark.write(options(plan)));
    return verdict(results, plan, goals);
  }

  private int verdict(Results results, PhysicsPlan plan, List<Goal> goals) {
    if (!only.contains(LayoutSystem.STARLING)) {
      return 0;
    }
    boolean measured =
        plan.graphs().stream()
            .map(graph -> new CaseRow(graph, LayoutMeasure.CPU_TWO))
            .noneMatch(row -> results.rounds(LayoutSystem.STARLING, row).isEmpty());
    if (!measured) {
      return UNMEASURED;
    }
    return !quick && goals.stream().anyMatch(Goal::isMissed) ? MISSED : 0;
  }

  private PhysicsPlan plan() {
    return quick
        ? new PhysicsPlan(List.of("sbm1k", "ba5k"), 1, 0.5, 1, 2)
        : new PhysicsPlan(graphs, rounds, warm, equal, limit);
  }

  private Map<String, Object> options(PhysicsPlan plan) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("only", only);
    options.put("graphs", plan.graphs());
    options.put("package", debian.root());
    options.put("rounds", plan.rounds());
    options.put("warm", plan.warm());
    options.put("equal", plan.equal());
    options.put("limit", plan.limit());
    return options;
  }
}
